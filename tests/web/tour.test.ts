import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { describeInBrowser, expectWellMade } from './support.js';

describeInBrowser('Tour', (open) => {
  test('slides the filter: products, sums and outputs are those of the lecture', async () => {
    const { page, problems } = await open('#/tour', { isolated: false });
    const chapter = await chapterOf(page, '1. A filter');
    expect(await outputs(chapter, 'output z')).toEqual([-1, 0, -1, 0, -2, 1, -1, 0]);
    await chapter.getByRole('button', { name: 'output z, 1, 6: 1' }).hover();
    await chapter.getByText('0·(−1) + 1·1 + 0·(−1) + bias 0 = 1').waitFor();
    await chapter.getByLabel('padding').fill('1');
    expect(await outputs(chapter, 'ReLU(z)')).toEqual([0, 0, 0, 0, 0, 0, 1, 0, 0, 0]);
    await chapter.getByLabel('bias').fill('1');
    expect(await outputs(chapter, 'ReLU(z)')).toEqual([1, 0, 1, 0, 1, 0, 2, 0, 1, 1]);
    await expectWellMade(page, 'tour');
    expect(problems).toEqual([]);
  });

  test('takes an answer for right or wrong by what was moved', async () => {
    const { page } = await open('#/tour');
    const picture = await chapterOf(page, '3. The same');
    const question = picture.locator('.question', { hasText: 'only the dot' });
    await question.getByRole('button').click();
    await question.getByText('Not yet.').waitFor();
    await picture.getByLabel('padding').fill('1');
    await question.getByRole('button').click();
    await question.getByText('Right.').waitFor();
  });

  test('every question can be answered', async () => {
    const { page } = await open('#/tour');
    const signal = await chapterOf(page, '1. A filter');
    await signal.getByLabel('padding').fill('1');
    await answer(signal, 'as long as the input');
    await signal.getByLabel('filter w, 1, 3').fill('0');
    await signal.getByLabel('filter w, 1, 3').blur();
    await answer(signal, 'where a run of 1s begins');
    await signal.getByLabel('bias').fill('-2');
    await answer(signal, 'nothing at all');
    const parameters = await chapterOf(page, '2. Four');
    await parameters.getByText('110', { exact: true }).waitFor();
    await parameters.getByLabel('length').fill('32');
    await answer(parameters, 'shortest signal');
    const picture = await chapterOf(page, '3. The same');
    await picture.getByLabel('padding').fill('1');
    for (const place of ['1, 1', '2, 1', '3, 1', '3, 2', '3, 3', '4, 1', '5, 3']) {
      await picture.getByRole('button', { name: `input x (click to change), ${place}:` }).click();
    }
    await picture.getByRole('button', { name: 'input x (click to change), 4, 3:' }).click();
    await answer(picture, 'finds two dots');
    const colours = await chapterOf(page, '4. Colours');
    await colours.getByRole('button', { name: 'Pixel 1, 1: black' }).click();
    await colours.getByRole('button', { name: 'Pixel 2, 1: black' }).click();
    await answer(colours, 'red strokes answers 2');
    const pooling = await chapterOf(page, '5. Max pooling');
    await answer(pooling, '4 × 4');
    await pooling.getByLabel('stride').fill('3');
    await answer(pooling, '2 × 2');
    const regression = await chapterOf(page, '6. Forward');
    await regression.getByText('A hundred steps').click();
    await answer(regression, 'below 0.01');
    const classes = await chapterOf(page, '7. Softmax');
    await classes.getByLabel('logit of class 1').fill('5');
    await answer(classes, 'below 0.1');
    for (const c of [0, 1, 2]) await classes.getByLabel(`logit of class ${c}`).fill('0');
    await answer(classes, 'knows nothing');
    // And that of the dot, above.
    expect(await page.locator('.question').count()).toBe(12);
  });
});

type Chapter = ReturnType<Page['locator']>;

async function chapterOf(page: Page, title: string): Promise<Chapter> {
  const chapter = page.locator('.chapter', { hasText: title });
  await chapter.waitFor();
  return chapter;
}

async function answer(chapter: Chapter, ask: string): Promise<void> {
  const question = chapter.locator('.question', { hasText: ask });
  await question.getByRole('button').click();
  expect(await question.getByRole('status').textContent(), ask).toBe('Right.');
}

async function outputs(chapter: Chapter, label: string): Promise<number[]> {
  const cells = chapter.getByRole('group', { name: label, exact: true }).locator('.cell');
  return (await cells.allTextContents()).map((cell) => Number(cell.replace('−', '-')));
}

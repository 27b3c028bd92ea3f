import { useSignal } from '@preact/signals';
import { tour } from '../text-tour.js';
import { figure } from './format.js';
import { Grid } from './grid.js';
import { descend, REGRESSION, regression } from './kernels.js';
import { Chapter, Question, Slider } from './parts.js';

const words = tour.regression;
const START = [1, -2, 1];

/** A small net forward and backward, each factor of the chain rule with its shape. */
export function Regression() {
  const w = useSignal<readonly number[]>(START);
  const lr = useSignal(0.02);
  const now = regression(w.value);
  const step = (steps: number) => () => {
    w.value = descend(w.value, lr.value, steps);
  };
  const row = (label: string, values: readonly number[]) => (
    <Grid label={label} rows={[values]} kind="fixed" />
  );
  return (
    <Chapter title={words.title} lead={words.lead}>
      <h3>{words.forward}</h3>
      <div class="workbench">
        {row(words.x, REGRESSION.x)}
        <Grid
          label={words.w}
          rows={[w.value]}
          kind="number"
          onChange={(_, column, value) => {
            w.value = w.value.map((each, i) => (i === column ? value : each));
          }}
        />
        {row(words.z, now.z)}
        {row(words.a, now.a)}
        {row(words.w2, REGRESSION.w2)}
      </div>
      <p class="sum">{words.loss(figure(now.answer), String(REGRESSION.y), figure(now.loss))}</p>
      <h3>{words.backward}</h3>
      <div class="workbench">
        <Grid label={words.dZdW} rows={now.dZdW} kind="fixed" />
        <Grid label={words.dAdZ} rows={now.dAdZ} kind="fixed" />
        <Grid label={words.dLdA} rows={now.dLdA.map((value) => [value])} kind="fixed" />
        <Grid label={words.gradient} rows={now.gradient.map((value) => [value])} kind="fixed" />
      </div>
      <p class="note">{words.wave}</p>
      <div class="knobs">
        <Slider
          label={words.lr}
          min={0.005}
          max={0.1}
          step={0.005}
          value={lr.value}
          onChange={(value) => (lr.value = value)}
        />
        <div class="row">
          <button onClick={step(1)}>{words.one}</button>
          <button onClick={step(100)}>{words.hundred}</button>
          <button onClick={() => (w.value = START)}>{words.reset}</button>
        </div>
      </div>
      <Question ask={words.ask} isRight={now.loss < 0.01} />
    </Chapter>
  );
}

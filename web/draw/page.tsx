import { type Signal, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { DIGITS, strokes } from 'simdgrad/data';
import { percent } from '../../src/cli/report/format.js';
import { extent, Plane } from '../shared/plane.js';
import { trained } from '../shared/trained.js';
import { text } from '../text.js';
import { FeatureMaps, type Selected } from './feature-maps.js';
import { type Answer, openReader, type Reader, shippedModel, SIDE } from './network.js';
import { Pad } from './pad.js';
import { pictureOf, putPicture } from './picture.js';

const words = text.draw;
const NOTHING = new Uint8Array(SIDE * SIDE);

interface Seen {
  readonly picture: Uint8Array;
  readonly isEmpty: boolean;
  readonly answer: Answer;
}

/** A network that is read with whatever is on the pad, again whenever `own` changes. */
function useReader(own: Signal<boolean>) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const reader = useRef<Reader | undefined>(undefined);
  const seen = useSignal<Seen | undefined>(undefined);
  const failure = useSignal<string | undefined>(undefined);
  const look = () => {
    if (!reader.current) return;
    const picture = pictureOf(canvas.current!);
    const answer = reader.current.read(picture ?? NOTHING);
    seen.value = { picture: picture ?? NOTHING, isEmpty: !picture, answer };
  };
  useEffect(() => {
    let isGone = false;
    const files = own.value && trained.value ? Promise.resolve(trained.value) : shippedModel();
    const begin = (opened: Reader) => {
      if (isGone) return opened.dispose();
      reader.current = opened;
      look();
    };
    files.then(openReader).then(begin, (error: unknown) => (failure.value = String(error)));
    return () => {
      isGone = true;
      reader.current?.dispose();
      reader.current = undefined;
    };
  }, [own.value]);
  return { canvas, seen, failure, look };
}

export function Page() {
  const own = useSignal(false);
  const selected = useSignal<Selected | undefined>(undefined);
  const { canvas, seen, failure, look } = useReader(own);
  const put = (picture: ArrayLike<number>) => {
    putPicture(canvas.current!, picture);
    look();
  };
  const now = seen.value;
  return (
    <>
      <header class="hero">
        <h1>{words.title}</h1>
        <p>{words.lead}</p>
      </header>
      {failure.value && (
        <p class="error" role="alert">
          {failure.value}
        </p>
      )}
      <div class="draw">
        <section class="card">
          <Pad canvas={canvas} onDraw={look} />
          <div class="row">
            <button onClick={() => put(NOTHING)}>{words.clear}</button>
            {trained.value && <OwnButton own={own} selected={selected} />}
          </div>
          <Examples onChoose={(digit) => put(exampleOf(digit))} />
        </section>
        <section class="card">
          <h2>{words.answer}</h2>
          <Shares seen={now} />
        </section>
        <section class="card">
          <h2>{words.input}</h2>
          <Input seen={now} selected={selected.value} />
        </section>
      </div>
      <FeatureMaps answer={now?.answer} selected={selected} />
    </>
  );
}

interface OwnButtonProps {
  readonly own: Signal<boolean>;
  readonly selected: Signal<Selected | undefined>;
}

function OwnButton({ own, selected }: OwnButtonProps) {
  return (
    <button
      aria-pressed={own.value}
      onClick={() => {
        // Its layers may be others.
        selected.value = undefined;
        own.value = !own.value;
      }}
    >
      {words.own}
    </button>
  );
}

let nextSeed = 100;

/** A new example of a digit each time. */
function exampleOf(digit: number): Uint8Array | Float32Array {
  const data = strokes({ count: DIGITS.length, seed: nextSeed++ });
  return data.raw(data.labels.indexOf(digit));
}

function Examples({ onChoose }: { onChoose(digit: number): void }) {
  return (
    <div class="examples" role="group" aria-label={words.examples}>
      <span>{words.examples}</span>
      {DIGITS.map((name, digit) => (
        <button key={name} aria-label={words.example(name)} onClick={() => onChoose(digit)}>
          {name}
        </button>
      ))}
    </div>
  );
}

/** What the network takes the drawing for. */
function Shares({ seen }: { seen: Seen | undefined }) {
  const shares = seen && !seen.isEmpty ? seen.answer.shares : DIGITS.map(() => 0);
  const best = seen && !seen.isEmpty ? shares.indexOf(Math.max(...shares)) : -1;
  return (
    <>
      <p class="verdict">
        <output>{best < 0 ? '–' : DIGITS[best]}</output>
        <span class="muted">
          {seen && best >= 0
            ? words.verdict(percent(shares[best]!, 1), seen.answer.ms)
            : words.empty}
        </span>
      </p>
      <ol class="shares">
        {DIGITS.map((name, digit) => (
          <li key={name} class={digit === best ? 'best' : ''}>
            <span>{name}</span>
            <i style={{ '--share': shares[digit]!.toFixed(4) }} />
            <span>{(100 * shares[digit]!).toFixed(1)}%</span>
          </li>
        ))}
      </ol>
    </>
  );
}

/** The picture as the network sees it, and where the chosen filter fires on it. */
function Input({ seen, selected }: { seen: Seen | undefined; selected: Selected | undefined }) {
  const output = selected && seen?.answer.layers[selected.layer];
  const [height, width, channels] = output?.shape ?? [];
  const values = output?.values.filter((_, i) => i % channels! === selected!.channel);
  return (
    <>
      <div class="seen">
        <Plane
          height={SIDE}
          width={SIDE}
          scale="grey"
          range={[0, 255]}
          values={seen?.picture ?? NOTHING}
          label={words.input}
        />
        {values && (
          <div class="fires">
            <Plane
              height={height!}
              width={width!}
              scale="fire"
              range={[0, Math.max(extent(values)[1], Number.MIN_VALUE)]}
              values={values}
              label={words.fires}
            />
          </div>
        )}
      </div>
      <p class="note">{selected ? words.fires : words.inputNote}</p>
    </>
  );
}

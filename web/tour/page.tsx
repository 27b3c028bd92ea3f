import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { init } from 'simdgrad';
import { tour } from '../text-tour.js';
import { Classification } from './classification.js';
import { Colours } from './colours.js';
import { Parameters } from './parameters.js';
import { Pooling } from './pooling.js';
import { Regression } from './regression.js';
import { type Shown, SlidingChapter } from './sliding.js';

const SIGNAL = [[0, 0, 1, 1, 1, 0, 1, 0, 0, 0]];
const HI = [
  [1, 0, 0, 0, 1],
  [1, 0, 0, 0, 0],
  [1, 1, 1, 0, 1],
  [1, 0, 1, 0, 1],
  [1, 0, 1, 0, 1],
];

const SIGNAL_FILTERS = {
  [tour.filters.lone]: [[-1, 1, -1]],
  [tour.filters.change]: [[-1, 0, 1]],
  [tour.filters.mean]: [[1, 1, 1]],
};
const PICTURE_FILTERS = {
  [tour.filters.dot]: [
    [-1, -1, -1],
    [-1, 1, -1],
    [-1, -1, -1],
  ],
  [tour.filters.edge]: [
    [1, -1],
    [1, -1],
  ],
  [tour.filters.letter]: [
    [1, -1, -1, -1],
    [1, 1, 1, -1],
    [1, -1, 1, -1],
    [1, -1, 1, -1],
  ],
};

const positives = ({ a }: Shown) => a.flat().filter((value) => value > 0).length;

/** Whether what is left after ReLU is where runs of 1s begin, and only there. */
function findsBeginnings({ x, a }: Shown): boolean {
  const signal = x[0]!;
  const begins = signal.map((value, i) => value === 1 && !signal[i - 1]);
  return a[0]!.length === signal.length && begins.every((begin, i) => begin === a[0]![i]! > 0);
}

const SIGNAL_QUESTIONS = [
  { ask: tour.signal.same, isRight: ({ x, z }: Shown) => z[0]!.length === x[0]!.length },
  { ask: tour.signal.nothing, isRight: (shown: Shown) => positives(shown) === 0 },
  { ask: tour.signal.beginnings, isRight: findsBeginnings },
];
const isDotFilter = ({ w }: Shown) => w === PICTURE_FILTERS[tour.filters.dot];
const PICTURE_QUESTIONS = [
  {
    ask: tour.picture.dot,
    isRight: (shown: Shown) => isDotFilter(shown) && positives(shown) === 1,
  },
  {
    ask: tour.picture.second,
    isRight: (shown: Shown) => isDotFilter(shown) && positives(shown) === 2,
  },
];

export function Page() {
  const ready = useSignal(false);
  const failure = useSignal<string | undefined>(undefined);
  useEffect(() => {
    init().then(
      () => (ready.value = true),
      (error: unknown) => (failure.value = String(error)),
    );
  }, []);
  return (
    <>
      <header class="hero">
        <h1>{tour.title}</h1>
        <p>{tour.lead}</p>
      </header>
      {failure.value && (
        <p class="error" role="alert">
          {failure.value}
        </p>
      )}
      {ready.value && (
        <div class="tour">
          <SlidingChapter
            {...tour.signal}
            x={SIGNAL}
            filters={SIGNAL_FILTERS}
            questions={SIGNAL_QUESTIONS}
          />
          <Parameters />
          <SlidingChapter
            {...tour.picture}
            x={HI}
            filters={PICTURE_FILTERS}
            questions={PICTURE_QUESTIONS}
          />
          <Colours />
          <Pooling />
          <Regression />
          <Classification />
        </div>
      )}
    </>
  );
}

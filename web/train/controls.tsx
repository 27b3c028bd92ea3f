import { count, decimal, duration, percent } from '../../src/cli/report/format.js';
import { text } from '../text.js';
import {
  busy,
  canTrain,
  discard,
  failure,
  goOn,
  interrupted,
  outcome,
  pause,
  phase,
  plan,
  points,
  probe,
  progress,
  step,
  stop,
  train,
} from './state.js';

const words = text.train;

/** The buttons, where the run is, and its figures. */
export function Controls() {
  return (
    <section class="card controls" aria-label={words.progress}>
      <div class="buttons">
        <MainButton />
        <button onClick={step} disabled={!(phase.value === 'paused' || isReady())}>
          {words.step}
        </button>
        <button onClick={stop} disabled={!['running', 'paused'].includes(phase.value)}>
          {words.stop}
        </button>
        <p class="status" role="status">
          {statusText()}
        </p>
      </div>
      <progress max={1} value={progress.value?.share ?? 0} aria-label={words.progress} />
      <Interrupted />
      {failure.value && (
        <p class="error" role="alert">
          {failure.value}
        </p>
      )}
      <Tiles />
    </section>
  );
}

const isReady = () => !busy.value && canTrain.value;

function MainButton() {
  switch (phase.value) {
    case 'paused':
      return (
        <button class="main" onClick={goOn}>
          {words.goOn}
        </button>
      );
    case 'running':
      return (
        <button class="main" onClick={pause}>
          {words.pause}
        </button>
      );
    default:
      return (
        <button class="main" onClick={() => void train()} disabled={!isReady()}>
          {outcome.value ? words.startAgain : words.start}
        </button>
      );
  }
}

function statusText(): string {
  if (phase.value === 'preparing') return words.preparing;
  if (phase.value === 'idle') {
    if (plan.value?.error) return words.blocked;
    if (!outcome.value) return words.ready;
    return outcome.value.stopped ? words.stopped : words.finished;
  }
  const now = progress.value;
  const place = now ? words.running(now.epoch, now.epochs, now.step, now.steps) : '';
  return phase.value === 'paused' ? [words.paused, place].filter(Boolean).join(': ') : place;
}

function Interrupted() {
  const run = interrupted.value;
  if (!run || busy.value) return null;
  const at = run.points.at(-1)?.at ?? 0;
  return (
    <p class="notice">
      {words.interrupted(at.toFixed(2))}{' '}
      <button onClick={() => void train({ resume: run })}>{words.resume}</button>{' '}
      <button onClick={() => void discard()}>{words.discard}</button>
    </p>
  );
}

function Tiles() {
  const now = progress.value;
  const ended = outcome.value;
  const loss = points.value.filter((point) => point.loss !== null).at(-1)?.loss;
  const speed = ended?.samplesPerSecond ?? now?.samplesPerSecond;
  const tiles = [
    [probe.value && percent(probe.value.accuracy, 1), words.tiles.accuracy],
    [typeof loss === 'number' && decimal(loss), words.tiles.loss],
    [speed && count(speed), words.tiles.speed],
    ended
      ? [duration(ended.seconds), words.tiles.took]
      : [now && duration(now.secondsLeft), words.tiles.left],
  ] as const;
  return (
    <dl class="tiles-row">
      {tiles.map(([value, name]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value || '–'}</dd>
        </div>
      ))}
    </dl>
  );
}

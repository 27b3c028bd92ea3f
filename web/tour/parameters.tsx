import { useSignal } from '@preact/signals';
import { count } from '../../src/cli/report/format.js';
import { tour } from '../text-tour.js';
import { parameterCounts } from './kernels.js';
import { Chapter, Question, Slider } from './parts.js';

const words = tour.parameters;
const MOST = 40;

/** How many numbers a filter has to learn, and a dense layer for the same. */
export function Parameters() {
  const length = useSignal(10);
  const { filter, dense } = parameterCounts(length.value);
  const most = parameterCounts(MOST).dense;
  const bars = [
    [words.filter, filter],
    [words.dense, dense],
  ] as const;
  return (
    <Chapter title={words.title} lead={words.lead}>
      <Slider
        label={words.length}
        min={3}
        max={MOST}
        value={length.value}
        onChange={(value) => (length.value = value)}
      />
      <dl class="bars">
        {bars.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <i style={{ '--share': String(value / most) }} />
              <b>{count(value)}</b>
            </dd>
          </div>
        ))}
      </dl>
      <Question ask={words.thousand} isRight={length.value === 32} />
    </Chapter>
  );
}

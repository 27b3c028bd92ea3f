import { useSignal } from '@preact/signals';
import { tour } from '../text-tour.js';
import { figure } from './format.js';
import { classification } from './kernels.js';
import { Chapter, Question, Slider } from './parts.js';

const words = tour.classification;
/** ln 1, ln 2, ln 5: the softmax gives 1/8, 2/8 and 5/8. */
const LOGITS = [0, 0.693, 1.609];

/** Softmax and negative log-likelihood. */
export function Classification() {
  const logits = useSignal(LOGITS);
  const label = useSignal(1);
  const { shares, loss, gradient } = classification(logits.value, label.value);
  return (
    <Chapter title={words.title} lead={words.lead}>
      <div class="classes">
        {logits.value.map((logit, c) => (
          <div key={c} class={`class ${label.value === c ? 'true' : ''}`}>
            <label class="check">
              <input
                type="radio"
                name="truth"
                checked={label.value === c}
                onChange={() => {
                  label.value = c;
                }}
              />
              {words.truth(c)}
            </label>
            <Slider
              label={words.logit(c)}
              min={-5}
              max={5}
              step={0.1}
              value={logit}
              onChange={(value) => {
                logits.value = logits.value.map((each, i) => (i === c ? value : each));
              }}
            />
            <i class="share" style={{ '--share': shares[c]!.toFixed(4) }} />
            <p>{words.share(figure(shares[c]!), figure(gradient[c]!))}</p>
          </div>
        ))}
      </div>
      <p class="sum" aria-live="polite">
        {words.loss(figure(shares[label.value]!), figure(loss))}
      </p>
      <Question ask={words.sure} isRight={loss < 0.1} />
      <Question ask={words.nothing} isRight={Math.abs(loss - 1.0986) < 0.01} />
    </Chapter>
  );
}

import { useSignal } from '@preact/signals';
import { text } from '../text.js';
import { LEARNING_RATES, LIMITS, type NumberName, OPTIMIZERS, SCHEDULES } from './settings.js';
import { busy, change, files, reasons, settings, threads } from './state.js';

const words = text.train.settings;

/** Optimizer, schedule, sizes, seed, threads. */
export function SettingsCard() {
  return (
    <section class="card">
      <h2>{words.title}</h2>
      <fieldset disabled={busy.value} class="settings">
        <Choice
          label={words.optimizer}
          names={OPTIMIZERS}
          texts={words.optimizers}
          value={settings.value.optimizer}
          onChoose={(optimizer) => change({ optimizer, lr: LEARNING_RATES[optimizer] })}
        />
        <Choice
          label={words.schedule}
          names={SCHEDULES}
          texts={words.schedules}
          value={settings.value.schedule}
          onChoose={(schedule) => change({ schedule })}
        />
        <NumberSetting name="lr" />
        <NumberSetting name="batchSize" />
        <NumberSetting name="epochs" />
        <NumberSetting name="seed" />
        {files.value.length === 0 && <NumberSetting name="trainSize" />}
        {files.value.length === 0 && <NumberSetting name="testSize" />}
        <Threads />
      </fieldset>
      {reasons.value.map((reason) => (
        <p key={reason} class="note">
          {reason}
        </p>
      ))}
      <Share />
    </section>
  );
}

interface ChoiceProps<Name extends string> {
  readonly label: string;
  readonly names: readonly Name[];
  readonly texts: Readonly<Record<Name, string>>;
  readonly value: Name;
  onChoose(name: Name): void;
}

function Choice<Name extends string>(props: ChoiceProps<Name>) {
  const { label, names, texts, value, onChoose } = props;
  return (
    <label>
      {label}
      <select value={value} onChange={({ currentTarget }) => onChoose(currentTarget.value as Name)}>
        {names.map((name) => (
          <option key={name} value={name}>
            {texts[name]}
          </option>
        ))}
      </select>
    </label>
  );
}

function NumberSetting({ name }: { name: NumberName }) {
  const [least, most] = LIMITS[name];
  return (
    <label>
      {words[name]}
      <input
        type="number"
        min={least}
        max={most}
        step={name === 'lr' ? 'any' : 1}
        value={settings.value[name]}
        onChange={({ currentTarget: { valueAsNumber, validity } }) => {
          if (validity.valid && Number.isFinite(valueAsNumber)) change({ [name]: valueAsNumber });
        }}
      />
    </label>
  );
}

const MOST_THREADS = 8;

function Threads() {
  const most = Math.min(navigator.hardwareConcurrency, MOST_THREADS);
  return (
    <label>
      {words.threads}
      <select
        value={threads.value}
        onChange={({ currentTarget }) => {
          threads.value = Number(currentTarget.value);
        }}
      >
        {Array.from({ length: most }, (_, i) => (
          <option key={i} value={i + 1}>
            {i + 1}
          </option>
        ))}
      </select>
    </label>
  );
}

function Share() {
  const copied = useSignal(false);
  const copy = async () => {
    await navigator.clipboard.writeText(location.href);
    copied.value = true;
  };
  return <button onClick={() => void copy()}>{copied.value ? words.copied : words.share}</button>;
}

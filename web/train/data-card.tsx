import { useSignal } from '@preact/signals';
import { count, shape } from '../../src/cli/report/format.js';
import { Sample } from '../shared/plane.js';
import { text } from '../text.js';
import type { PickedFile } from './protocol.js';
import { busy, data, files, useFiles } from './state.js';

const words = text.train.data;

async function read(list: FileList | null | undefined): Promise<PickedFile[]> {
  const each = async (file: File) => ({
    name: file.name,
    bytes: new Uint8Array(await file.arrayBuffer()),
  });
  return Promise.all(Array.from(list ?? [], each));
}

async function take(list: FileList | null | undefined): Promise<void> {
  const picked = await read(list);
  if (picked.length > 0 && !busy.value) await useFiles(picked);
}

/** The samples to learn from: drawn, or out of files. */
export function DataCard() {
  const over = useSignal(false);
  const mark = (is: boolean) => (event: DragEvent) => {
    event.preventDefault();
    over.value = is;
  };
  return (
    <section
      class={`card ${over.value ? 'over' : ''}`}
      onDragOver={mark(true)}
      onDragLeave={mark(false)}
      onDrop={(event) => {
        mark(false)(event);
        void take(event.dataTransfer?.files);
      }}
    >
      <h2>{words.title}</h2>
      <Facts />
      <Samples />
      <div class="row">
        <label class={`button ${busy.value ? 'disabled' : ''}`}>
          {words.pick}
          <input
            type="file"
            multiple
            disabled={busy.value}
            onChange={({ currentTarget }) => void take(currentTarget.files)}
          />
        </label>
        {files.value.length > 0 && (
          <button disabled={busy.value} onClick={() => void useFiles([])}>
            {words.back}
          </button>
        )}
      </div>
      <p class="note">{words.drop}</p>
    </section>
  );
}

function Facts() {
  const info = data.value;
  const name = files.value.length > 0 ? info?.name : words.strokes;
  return (
    <p class="facts">
      <b>{name}</b>
      <br />
      {info ? words.counts(count(info.trainLength), count(info.testLength)) : '–'}
      <br />
      <span class="muted">
        {info ? words.size(shape(info.inputShape), info.classNames.length) : '–'}
      </span>
    </p>
  );
}

const PLACES = 20;

function Samples() {
  const info = data.value;
  const series = info && info.inputShape.length < 3 ? 'of-series' : '';
  return (
    <div class={`samples ${series}`}>
      {Array.from({ length: PLACES }, (_, i) => {
        const sample = info?.samples[i];
        if (!info || !sample) return <span key={i} class="plane" />;
        const label = words.sample(info.classNames[sample.label]!);
        return <Sample key={i} shape={info.inputShape} values={sample.values} label={label} />;
      })}
    </div>
  );
}

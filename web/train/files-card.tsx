import { text } from '../text.js';
import { commandOf } from './settings.js';
import { busy, files, opened, openModel, outcome, pausedSha256, save, settings } from './state.js';

const words = text.train.files;

/** Saves bytes as a file. */
function download(name: string, content: BlobPart): void {
  const url = URL.createObjectURL(new Blob([content]));
  Object.assign(document.createElement('a'), { href: url, download: name }).click();
  // Later: some browsers begin to read after the click.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

async function saveFiles(): Promise<void> {
  const saved = await save();
  if (!saved) return;
  download('model.json', saved.json);
  download('model.safetensors', saved.weights);
}

/** The network as files, its hash, and the command that makes it, too. */
export function FilesCard() {
  const sha256 = outcome.value?.sha256 ?? pausedSha256.value;
  const command = files.value.length === 0 && !opened.value && commandOf(settings.value);
  return (
    <section class="card">
      <h2>{words.title}</h2>
      <p class="muted">{words.lead}</p>
      <div class="row">
        <button disabled={sha256 === undefined} onClick={() => void saveFiles()}>
          {words.save}
        </button>
        <label class={`button ${busy.value ? 'disabled' : ''}`}>
          {words.open}
          <input
            type="file"
            multiple
            accept=".json,.safetensors"
            disabled={busy.value}
            onChange={({ currentTarget }) => void openModel(Array.from(currentTarget.files ?? []))}
          />
        </label>
      </div>
      {opened.value && <p class="notice">{words.opened(opened.value.name)}</p>}
      <p class="sha">
        {words.sha}
        <code>{sha256 ?? words.none}</code>
      </p>
      {command && outcome.value && !outcome.value.stopped && (
        <div class="command">
          <p>{words.same}</p>
          <code>{command}</code>
          <button onClick={() => void navigator.clipboard.writeText(command)}>{words.copy}</button>
        </div>
      )}
    </section>
  );
}

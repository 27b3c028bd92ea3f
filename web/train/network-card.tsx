import { count, shape } from '../../src/cli/report/format.js';
import { text } from '../text.js';
import {
  type Field,
  kindOf,
  type LayerSpec,
  type LayerType,
  newLayer,
  typesFor,
} from './layers.js';
import { PRESETS, type PresetName, presetLayers } from './presets.js';
import { STROKES } from './settings.js';
import { busy, change, data, plan, settings } from './state.js';

const words = text.train.network;

/** The layers as cards, from the input down. */
export function NetworkCard() {
  const { layers } = settings.value;
  return (
    <section class="card">
      <h2>{words.title}</h2>
      <fieldset disabled={busy.value}>
        <Presets />
        <ol class="layers">
          <li class="layer input">
            <b>{words.input}</b>
            <span class="out">{data.value ? shape(data.value.inputShape) : ''}</span>
          </li>
          {layers.map((spec, i) => (
            <LayerCard key={i} spec={spec} place={i} />
          ))}
        </ol>
        <AddLayer />
      </fieldset>
      <p class="note">{totals()}</p>
    </section>
  );
}

function totals(): string {
  const rows = plan.value?.layers ?? [];
  const sum = (key: 'parameters' | 'multiplyAdds') => rows.reduce((all, row) => all + row[key], 0);
  return words.total(count(sum('parameters')), count(sum('multiplyAdds')));
}

function Presets() {
  const take = (preset: PresetName) => {
    const { inputShape, classNames } = data.value ?? STROKES;
    change({ preset, layers: presetLayers(preset, inputShape, classNames.length) });
  };
  return (
    <div class="row presets" role="group" aria-label={words.preset}>
      {PRESETS.map((name) => (
        <button key={name} aria-pressed={settings.value.preset === name} onClick={() => take(name)}>
          {words.presets[name]}
        </button>
      ))}
    </div>
  );
}

/** Puts another list of layers in the place of this one. */
function edit(changed: (layers: LayerSpec[]) => void): void {
  const layers = [...settings.value.layers];
  changed(layers);
  change({ layers });
}

function LayerCard({ spec, place }: { spec: LayerSpec; place: number }) {
  const { label, fields } = kindOf(spec.type);
  const row = plan.value?.layers[place];
  const error = plan.value?.error?.index === place ? plan.value.error.message : undefined;
  const name = words.layerOf(place + 1, label);
  return (
    <li class={`layer ${error ? 'wrong' : ''}`}>
      <div class="layer-head">
        <b>{label}</b>
        <span class="out">{row ? shape(row.outputShape) : ''}</span>
        <Moves place={place} name={name} />
      </div>
      {fields.length > 0 && (
        <div class="fields">
          {fields.map((field) => (
            <LayerField key={field.name} field={field} spec={spec} place={place} name={name} />
          ))}
        </div>
      )}
      {row && row.parameters + row.multiplyAdds > 0 && (
        <small>
          {count(row.parameters)} {words.parameters}, {count(row.multiplyAdds)} {words.multiplyAdds}
        </small>
      )}
      {error && <Fault message={error} place={place} />}
    </li>
  );
}

function Moves({ place, name }: { place: number; name: string }) {
  const last = settings.value.layers.length - 1;
  const swap = (other: number) =>
    edit((layers) => {
      [layers[place], layers[other]] = [layers[other]!, layers[place]!];
    });
  return (
    <span class="moves">
      <button aria-label={words.up(name)} disabled={place === 0} onClick={() => swap(place - 1)}>
        ↑
      </button>
      <button
        aria-label={words.down(name)}
        disabled={place === last}
        onClick={() => swap(place + 1)}
      >
        ↓
      </button>
      <button
        aria-label={words.remove(name)}
        onClick={() => edit((layers) => layers.splice(place, 1))}
      >
        ×
      </button>
    </span>
  );
}

interface LayerFieldProps {
  readonly field: Field;
  readonly spec: LayerSpec;
  readonly place: number;
  readonly name: string;
}

function LayerField({ field, spec, place, name }: LayerFieldProps) {
  const set = (value: number | boolean) =>
    edit((layers) => {
      layers[place] = { ...spec, [field.name]: value };
    });
  const label = `${field.label}: ${name}`;
  if (typeof field.initial === 'boolean') {
    return (
      <label class="check">
        <input
          type="checkbox"
          aria-label={label}
          checked={spec[field.name] === true}
          onChange={({ currentTarget }) => set(currentTarget.checked)}
        />
        {field.label}
      </label>
    );
  }
  return (
    <label>
      {field.label}
      <input
        type="number"
        aria-label={label}
        min={field.min}
        max={field.max}
        step={field.step ?? 1}
        value={String(spec[field.name])}
        onChange={({ currentTarget: { valueAsNumber, validity } }) => {
          if (validity.valid && Number.isFinite(valueAsNumber)) set(valueAsNumber);
        }}
      />
    </label>
  );
}

/** The library's sentence, and ways out. */
function Fault({ message, place }: { message: string; place: number }) {
  const classes = data.value?.classNames.length ?? 0;
  const isLast = place === settings.value.layers.length - 1;
  const endWith = () =>
    edit((layers) => {
      while (['Flatten', 'Linear'].includes(layers.at(-1)?.type ?? '')) layers.pop();
      layers.push(newLayer('Flatten'), { ...newLayer('Linear'), outFeatures: classes });
    });
  return (
    <div class="fault" role="alert">
      <p>{message}</p>
      {isLast ? (
        <button onClick={endWith}>{words.fixOutput(classes)}</button>
      ) : (
        <button onClick={() => edit((layers) => layers.splice(place, 1))}>{words.fixRemove}</button>
      )}
    </div>
  );
}

function AddLayer() {
  const types = typesFor((data.value ?? STROKES).inputShape);
  return (
    <label class="add">
      <span class="hidden">{words.add}</span>
      <select
        value=""
        onChange={({ currentTarget }) => {
          const type = currentTarget.value as LayerType;
          currentTarget.value = '';
          // Before the layers that give the answer.
          edit((layers) => layers.splice(placeForNew(layers, type), 0, newLayer(type)));
        }}
      >
        <option value="" disabled>
          {words.add} …
        </option>
        {types.map((type) => (
          <option key={type} value={type}>
            {kindOf(type).label}
          </option>
        ))}
      </select>
    </label>
  );
}

/** What works on pictures goes before they are flattened, all else before the last layer. */
function placeForNew(layers: readonly LayerSpec[], type: LayerType): number {
  const flat = layers.findIndex((layer) => layer.type === 'Flatten');
  if (kindOf(type).rank && flat >= 0) return flat;
  return Math.max(layers.length - 1, 0);
}

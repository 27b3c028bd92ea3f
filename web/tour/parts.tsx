import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { tour } from '../text-tour.js';

interface ChapterProps {
  readonly title: string;
  readonly lead: string;
  readonly children: ComponentChildren;
}

export function Chapter({ title, lead, children }: ChapterProps) {
  return (
    <section class="card chapter">
      <h2>{title}</h2>
      <p class="lead">{lead}</p>
      {children}
    </section>
  );
}

interface QuestionProps {
  readonly ask: string;
  /** Whether what the picture above shows now is an answer. */
  readonly isRight: boolean;
}

/** A question that is answered by moving things. */
export function Question({ ask, isRight }: QuestionProps) {
  const said = useSignal<'right' | 'wrong' | undefined>(undefined);
  return (
    <div class={`question ${said.value ?? ''}`}>
      <p>{ask}</p>
      <button
        onClick={() => {
          said.value = isRight ? 'right' : 'wrong';
        }}
      >
        {tour.check}
      </button>
      <span role="status">{said.value && tour[said.value]}</span>
    </div>
  );
}

interface SliderProps {
  readonly label: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly step?: number;
  onChange(value: number): void;
}

export function Slider({ label, value, min, max, step = 1, onChange }: SliderProps) {
  return (
    <label class="slider">
      <span>
        {label} <b>{String(Number(value.toFixed(3))).replace('-', '−')}</b>
      </span>
      <input
        type="range"
        {...{ min, max, step, value }}
        aria-label={label}
        onInput={({ currentTarget }) => onChange(currentTarget.valueAsNumber)}
      />
    </label>
  );
}

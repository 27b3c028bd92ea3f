/** Where a run waits while it is paused. */
export class Gate {
  #open: boolean;
  #waiting: (() => void) | undefined;

  constructor(closed: boolean) {
    this.#open = !closed;
  }

  get isOpen(): boolean {
    return this.#open;
  }

  open(): void {
    this.#open = true;
    this.#release();
  }

  close(): void {
    this.#open = false;
  }

  /** Lets a run that waits do one step. */
  step(): void {
    this.#open = false;
    this.#release();
  }

  async wait(): Promise<void> {
    if (this.#open) return;
    await new Promise<void>((resolve) => {
      this.#waiting = resolve;
    });
  }

  #release(): void {
    this.#waiting?.();
    this.#waiting = undefined;
  }
}

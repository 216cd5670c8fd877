// The alarm: two tones, again and again while something waits for a person: life safety at once,
// a critical incident that nobody looks at after a minute.
// Made here, not played from a file. Browsers allow sound only after the first click or key.

import { recall, remember } from "./memory.js";

const EVERY = 2000;
const MUTE_FOR = 15 * 60 * 1000;

class Alarm extends EventTarget {
  #context = null;
  #timer = 0;
  #wanting = new Set();

  constructor() {
    super();
    for (const kind of ["pointerdown", "keydown"]) {
      addEventListener(kind, () => this.#unlock(), { capture: true });
    }
    // A click on the page before counts too, as long as it led here.
    if (navigator.userActivation?.hasBeenActive) this.#unlock();
  }

  get mutedUntil() {
    const until = Number(recall("muted-until"));
    return until > Date.now() ? until : 0;
  }

  /** "locked" until the first click or key, "muted", "sounding", "ready". */
  get state() {
    if (this.#context?.state !== "running") return "locked";
    if (this.mutedUntil) return "muted";
    return this.#wanting.size ? "sounding" : "ready";
  }

  /** Sound while anything is wanted, each for a reason of its own. */
  want(reason, isWanted) {
    if (isWanted === this.#wanting.has(reason)) return;
    if (isWanted) this.#wanting.add(reason);
    else this.#wanting.delete(reason);
    this.#changed();
  }

  toggle() {
    remember("muted-until", this.mutedUntil ? null : String(Date.now() + MUTE_FOR));
    this.#changed();
  }

  async #unlock() {
    this.#context ??= new AudioContext();
    if (this.#context.state !== "running") await this.#context.resume();
    this.#changed();
  }

  #changed() {
    if (this.#wanting.size && !this.#timer) {
      this.#timer = setInterval(() => this.#ring(), EVERY);
      this.#ring();
    } else if (!this.#wanting.size) {
      clearInterval(this.#timer);
      this.#timer = 0;
    }
    this.dispatchEvent(new Event("change"));
  }

  #ring() {
    if (this.state !== "sounding") return;
    const start = this.#context.currentTime;
    [880, 660, 880, 660].forEach((pitch, step) => this.#tone(pitch, start + step * 0.22));
  }

  #tone(pitch, at) {
    const oscillator = this.#context.createOscillator();
    const gain = this.#context.createGain();
    oscillator.frequency.value = pitch;
    gain.gain.setValueAtTime(0, at);
    gain.gain.linearRampToValueAtTime(0.4, at + 0.02);
    gain.gain.linearRampToValueAtTime(0, at + 0.2);
    oscillator.connect(gain).connect(this.#context.destination);
    oscillator.start(at);
    oscillator.stop(at + 0.21);
  }
}

export const alarm = new Alarm();

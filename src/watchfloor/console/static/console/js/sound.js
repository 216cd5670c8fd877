// Plays what is wanted: of several rings the most urgent, again and again.
// Made here, not played from a file. Browsers allow sound only after the first click or key.

const URGENCY = ["LIFE_SAFETY", "UNCLAIMED", "CRITICAL", "HIGH", "MEDIUM", "LOW", "INFO"];
/** Pitch in hertz, and when it begins, in seconds. */
const TONES = {
  alarm: [[880, 0], [660, 0.22], [880, 0.44], [660, 0.66]],
  chime: [[784, 0], [587, 0.3]],
  pulse: [[988, 0], [988, 0.24], [988, 0.48]],
};
const APART = 2000;

class Alarm extends EventTarget {
  #context = null;
  #timer = 0;
  #wanted = new Map();
  #ring = null;
  #playedAt = 0;

  constructor() {
    super();
    for (const kind of ["pointerdown", "keydown"]) {
      addEventListener(kind, () => this.#unlock(), { capture: true });
    }
    // A click on the page before counts too, as long as it led here.
    if (navigator.userActivation?.hasBeenActive) this.#unlock();
  }

  /** Until the first click or key. */
  get isLocked() {
    return this.#context?.state !== "running";
  }

  get isSounding() {
    return this.#ring !== null;
  }

  /** Sound `ring`, { tone, every } in seconds, for a kind of incidents; null: no more. */
  want(kind, ring) {
    if (ring === (this.#wanted.get(kind) ?? null)) return;
    if (ring) this.#wanted.set(kind, ring);
    else this.#wanted.delete(kind);
    this.#choose();
    this.#tell();
  }

  /** Play once, unless something sounds already or just did. */
  play(tone) {
    if (!this.isSounding && Date.now() - this.#playedAt > APART) this.#sound(tone);
  }

  /** Let somebody hear what a tone is like. */
  async hear(tone) {
    await this.#unlock();
    this.#sound(tone);
  }

  async #unlock() {
    if (!this.isLocked) return;
    this.#context ??= new AudioContext();
    if (this.isLocked) await this.#context.resume();
    if (this.#ring) this.#sound(this.#ring.tone);
    this.#tell();
  }

  #choose() {
    const ring = URGENCY.map((kind) => this.#wanted.get(kind)).find(Boolean) ?? null;
    if (ring === this.#ring) return;
    clearInterval(this.#timer);
    this.#ring = ring;
    if (!ring) return;
    this.#timer = setInterval(() => this.#sound(ring.tone), ring.every * 1000);
    this.#sound(ring.tone);
  }

  #sound(tone) {
    if (this.isLocked) return;
    this.#playedAt = Date.now();
    const start = this.#context.currentTime;
    for (const [pitch, after] of TONES[tone]) this.#note(pitch, start + after);
  }

  #note(pitch, at) {
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

  #tell() {
    this.dispatchEvent(new Event("change"));
  }
}

export const alarm = new Alarm();

// The one WebSocket of a page. Each frame names itself (`seq`) and the one before it (`prev`):
// a repeated frame is dropped, a missing one is asked for again, and when the floor no longer
// has it, `reset` tells the page to load its list anew.
//
// Events: "status" {status}, "changes" {changes}, "reset" {}.

const FIRST_WAIT = 250;
const LONGEST_WAIT = 8000;
const AFTER_GAP = 1000;
const LONGEST_SILENCE = 45_000;  // the floor sends a beat every 20 s
const PRESENCE = 60_000;
const SIGNED_OUT = 4401;
const NOT_ALLOWED = 4403;

export class Live extends EventTarget {
  #socket = null;
  #wait = FIRST_WAIT;
  #timer = 0;
  #silence = 0;
  #gaps = 0;
  #present = true;

  /** `seq`: the newest frame that the page was rendered with. */
  constructor(seq) {
    super();
    this.seq = seq;
  }

  start() {
    addEventListener("online", () => this.#connect());
    addEventListener("pagehide", () => this.#close());
    addEventListener("pageshow", (event) => event.persisted && this.#connect());
    for (const kind of ["pointermove", "keydown"]) addEventListener(kind, () => (this.#present = true), { passive: true });
    setInterval(() => this.#sayHere(), PRESENCE);
    this.#connect();
  }

  #connect() {
    this.#close();
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}/ws/live?since=${this.seq}`);
    this.#socket = socket;
    socket.onmessage = (event) => this.#receive(JSON.parse(event.data));
    socket.onclose = (event) => this.#lost(event.code);
    this.#expectWord();
  }

  #close() {
    clearTimeout(this.#timer);
    clearTimeout(this.#silence);
    const socket = this.#socket;
    if (!socket) return;
    socket.onclose = socket.onmessage = null;
    // Closing one that is not open yet makes the browser complain, so it closes as it opens.
    if (socket.readyState === WebSocket.CONNECTING) socket.onopen = () => socket.close();
    else socket.close();
    this.#socket = null;
  }

  #lost(code) {
    this.#close();
    if (code === SIGNED_OUT) location.reload();  // the floor answers with the sign-in page
    this.#tell("status", { status: code === NOT_ALLOWED ? "refused" : "reconnecting" });
    if (code !== SIGNED_OUT && code !== NOT_ALLOWED) this.#retry(this.#wait);
    this.#wait = Math.min(this.#wait * 2, LONGEST_WAIT);
  }

  #retry(wait) {
    this.#timer = setTimeout(() => this.#connect(), wait * (0.7 + 0.6 * Math.random()));
  }

  /** A connection can die without a word: silence counts as lost. */
  #expectWord() {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => this.#lost(0), LONGEST_SILENCE);
  }

  #receive(message) {
    this.#expectWord();
    if (message.type === "hello" || message.type === "reset") this.#begin(message);
    else if (message.seq > this.seq) this.#advance(message);
  }

  #begin({ type, seq }) {
    this.#wait = FIRST_WAIT;
    this.#tell("status", { status: "live" });
    if (type === "reset") {
      this.seq = seq;
      this.#tell("reset", {});
    }
  }

  #advance({ seq, prev, changes }) {
    if (prev > this.seq) {
      this.#gap();
      return;
    }
    this.#gaps = 0;
    this.seq = seq;
    if (changes) this.#tell("changes", { changes });
  }

  /** Ask for what is missing; if it is missing again, the list is loaded anew. */
  #gap() {
    this.#close();
    this.#gaps += 1;
    if (this.#gaps > 1) this.#tell("reset", {});
    this.#retry(AFTER_GAP);
  }

  /** Keep the session from idling away while somebody sits here, and only then. */
  #sayHere() {
    if (this.#present && !document.hidden && this.#socket?.readyState === WebSocket.OPEN) {
      this.#socket.send('{"type":"here"}');
    }
    this.#present = false;
  }

  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

/**
 * The floor's program on one phone: who works, what the replica says, and what a scan does on the screen that is open. Made
 * once per page load by `app.svelte.ts`, which gives it the real replica, scanners and browser.
 */
import { gtin14 } from '#lib/domain/check-digits.ts';
import type { Command } from '#lib/domain/commands.ts';
import { normalizeCode } from '#lib/domain/codes.ts';
import type { Rejection } from '#lib/domain/rejections.ts';
import { forgetErased } from '#lib/local/erased-mark.ts';
import { m } from '#lib/paraglide/messages.js';
import { textForMeaning } from '#lib/scanner/aim.ts';
import type { ReadSource, ReadSourceName } from '#lib/scanner/ports.ts';
import type { Operator, ReplicaClient, ScanLogEntry, SyncStatus } from '#lib/sync/client.ts';
import { currentOf } from '#lib/sync/current-of.ts';
import { Answers, type AnswerFeedback } from './answers.svelte.ts';
import { Choices } from './choices.svelte.ts';
import { FloorCamera } from './floor-camera.svelte.ts';
import { Floor, type AskedPin, type FloorPorts } from './floor.ts';
import { LiveValue } from './live.svelte.ts';
import { PinWork } from './pin-work.ts';
import { ScanAnything } from './scan-anything.ts';
import { ScanLine, type TakenRead } from './scan-line.ts';
import { Screen } from './screen.svelte.ts';
import { Session } from './session.svelte.ts';
import type { FloorSettings } from './settings.svelte.ts';
import type { Work } from './work.ts';

export interface FloorAppPorts {
	client: ReplicaClient;
	feedback: AnswerFeedback;
	settings: FloorSettings;
	/** A hardware scanner that types; it always listens. */
	wedge: ReadSource;
	open: FloorPorts['open'];
	newId: FloorPorts['newId'];
	/** Leaves for the sign-in page. */
	signIn: () => void;
	/** Ends the server's session of this browser; `false`: no answer. */
	endSession: () => Promise<boolean>;
	/** Milliseconds since 1970. */
	now: () => number;
}

const STARTING: SyncStatus = {
	phase: 'starting',
	connection: 'offline',
	offlineSince: null,
	pending: 0,
	oldestPendingAt: null,
	rejected: 0,
	settled: 0,
	waits: null,
	maintenance: null,
	download: null,
	dataAt: null,
	persisted: null,
	storageFreeBytes: null,
	headMatches: null
};

/** How many of the last scans a screen shows. */
const LOG_LENGTH = 30;
const TICK_MS = 10_000;

export class FloorApp {
	readonly client: ReplicaClient;
	readonly settings: FloorSettings;
	readonly answers: Answers;
	readonly choices = new Choices();
	readonly screen = new Screen();
	readonly floor: Floor;
	readonly camera: FloorCamera;
	readonly session: Session;
	readonly log: LiveValue<ScanLogEntry[]>;
	readonly lastUndoable: LiveValue<{ uid: string; command: Command } | null>;
	#ports: FloorAppPorts;
	#line: ScanLine;
	#work: Work;
	#status = $state.raw<SyncStatus>(STARTING);
	#now = $state(0);
	#timeZone = $state('Europe/Paris');
	#gtins = new Set<string>();
	#asked = $state.raw<AskedPin | null>(null);

	constructor(ports: FloorAppPorts) {
		this.#ports = ports;
		this.client = ports.client;
		this.settings = ports.settings;
		this.answers = new Answers(ports.feedback, () => this.#timeZone);
		this.floor = new Floor({
			client: ports.client,
			answers: this.answers,
			open: ports.open,
			newId: ports.newId,
			askPin: (badge) => void (badge ? this.askPin(badge) : this.#askAgain())
		});
		this.session = new Session({
			client: ports.client,
			signIn: ports.signIn,
			endSession: ports.endSession,
			owesEnd: {
				get: () => ports.settings.current.owesSignOut,
				set: (owesSignOut) => ports.settings.change({ owesSignOut })
			}
		});
		this.#work = new ScanAnything(this.floor, this.choices);
		const whileAsked = new PinWork(this.floor, this.choices);
		this.#line = new ScanLine(
			{
				scan: (read) => (this.#asked ? whileAsked : this.#work).scan(textForMeaning(read)),
				repeated: (read) => this.#sayRepeated(read),
				failed: (read, error) => this.#sayFailed(read, error),
				overflowed: (read) => this.#sayFailed(read, new Error('more scans wait than a hand can have made'))
			},
			ports.settings.current.rearmMs
		);
		this.camera = new FloorCamera({
			settings: ports.settings,
			onread: (read) => this.#line.take(read),
			isKnownGtin: (gtin) => this.#gtins.has(gtin)
		});
		this.log = new LiveValue(ports.client.scanLog(LOG_LENGTH), []);
		this.lastUndoable = new LiveValue(ports.client.lastUndoable, null);
		this.#now = ports.now();
	}

	get status(): SyncStatus {
		return this.#status;
	}

	get operator(): Operator | null {
		return this.session.operator;
	}

	/** Milliseconds since 1970, moving on every few seconds: what ages are counted from. */
	get now(): number {
		return this.#now;
	}

	/** [T4] The site's zone, in which every time is shown. */
	get timeZone(): string {
		return this.#timeZone;
	}

	/** A refusal or note as the worker reads it. */
	say(rejection: Rejection): string {
		return this.answers.say(rejection);
	}

	/** [I26] The phone was erased: whoever signs in now begins anew on it. */
	beginAnew(): void {
		forgetErased();
		this.#ports.signIn();
	}

	/** Starts replica, scanners and clock. @returns what ends them; nothing stored changes. */
	start(): () => void {
		const stops = [
			this.client.status((status) => this.#follow(status)),
			this.client.scanLog(LOG_LENGTH)((entries) => this.answers.follow(entries)),
			this.client.products((products) => {
				this.#gtins = new Set(products.flatMap((product) => gtin14(product.gtin ?? '') ?? []));
			})
		];
		let ended = false;
		const timer = setInterval(() => (this.#now = this.#ports.now()), TICK_MS);
		void this.client.start().then(
			() => {
				if (ended) return;
				stops.push(this.session.start());
				void this.client.siteTimeZone().then((timeZone) => (this.#timeZone = timeZone));
			},
			// The status says that nothing can be stored here; the screen shows it.
			(error: unknown) => console.error(error)
		);
		void this.#ports.wedge.start((read) => this.#line.take(read));
		return () => {
			ended = true;
			clearInterval(timer);
			this.#ports.wedge.stop();
			for (const stop of stops) stop();
			this.client.stop();
		};
	}

	/** From now on scans mean this. @returns what gives them back to "scan anything". */
	use(work: Work): () => void {
		this.#work = work;
		return () => {
			if (this.#work === work) this.#work = new ScanAnything(this.floor, this.choices);
		};
	}

	/** A person typed a code, or a scanner typed it into the field. */
	typed(text: string, source: ReadSourceName = 'typed'): void {
		this.#line.take({ text, source, at: this.#ports.now() });
	}

	/** A button was pressed: carried out after the scans and presses before it. */
	async press(run: () => void | Promise<void>): Promise<void> {
		try {
			await this.#line.press(run);
		} catch (error) {
			this.#sayFailed(null, error);
		}
	}

	/** Resolves when no scan waits any more. */
	scansDone(): Promise<void> {
		return this.#line.idle();
	}

	setRearm(rearmMs: number): void {
		this.settings.change({ rearmMs });
		this.#line.rearmAfter(rearmMs);
	}

	/** Goes to a screen because the worker pressed something: the last answer has been read. */
	async go(path: string): Promise<void> {
		this.answers.clear();
		this.choices.clear();
		await this.floor.open(path);
	}

	/** Whose PIN is asked for: until it is given or put off, a scan is nobody's. */
	get asked(): AskedPin | null {
		return this.#asked;
	}

	askPin(badge: AskedPin): void {
		this.#asked = badge;
	}

	cancelPin(): void {
		this.#asked = null;
	}

	/** The shift is over: who works now says so again. Without a badge on this phone, it has to be scanned. */
	async #askAgain(): Promise<void> {
		const person = this.operator && (await currentOf(this.client.row('people', this.operator.personId)));
		if (person?.badgeCode) this.askPin({ badgeCode: normalizeCode(person.badgeCode), name: person.name });
	}

	async undo(): Promise<void> {
		const last = this.lastUndoable.current;
		if (last) await this.floor.undo(last);
	}

	#follow(status: SyncStatus): void {
		// A refusal of something scanned a while ago: the number in the bar alone would not be noticed.
		const moreRefused = this.#status.phase === 'ready' && status.rejected > this.#status.rejected;
		this.#status = status;
		this.session.follow(status);
		if (moreRefused) this.#ports.feedback.play('refused');
	}

	/** The same trigger pulled twice: heard, not counted. */
	#sayRepeated(read: TakenRead): void {
		this.answers.give({
			tone: 'warn',
			headline: m.floor_repeated(),
			code: normalizeCode(read.text),
			sentence: m.floor_repeated_sentence()
		});
	}

	/** A bug: this scan or press (`null`) was not taken, and the worker must know. */
	#sayFailed(read: TakenRead | null, error: unknown): void {
		console.error(error);
		this.answers.give({
			tone: 'no',
			headline: read ? m.floor_failed() : m.floor_press_failed(),
			code: read && normalizeCode(read.text),
			sentence: read ? m.floor_failed_sentence() : m.floor_press_failed_sentence()
		});
	}
}

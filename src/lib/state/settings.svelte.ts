/**
 * What a worker set on this phone: kept in the browser's small storage, because it is this device's and nobody else's.
 * Losing it costs a tap. A browser that refuses the storage keeps it for the session.
 */
export interface Settings {
	cameraOpen: boolean;
	/** 0 … 1. */
	volume: number;
	vibration: boolean;
	/** How long the same code must be away from a scanner's trigger before it counts again, in ms. */
	rearmMs: number;
	lensId: string | null;
	/** The "ready to work offline" note was read and put away. */
	welcomed: boolean;
	/** Somebody signed out or was followed by another one without network: the server has to hear it first. */
	owesSignOut: boolean;
}

export const DEFAULT_SETTINGS: Settings = {
	cameraOpen: false,
	volume: 0.8,
	vibration: true,
	rearmMs: 1500,
	lensId: null,
	welcomed: false,
	owesSignOut: false
};

const KEY = 'escale:floor-settings';

export class FloorSettings {
	#current = $state.raw<Settings>(DEFAULT_SETTINGS);
	#storage: Storage | null;

	constructor(storage: Storage | null) {
		this.#storage = storage;
		this.#current = { ...DEFAULT_SETTINGS, ...recall(storage) };
	}

	get current(): Settings {
		return this.#current;
	}

	change(changes: Partial<Settings>): void {
		this.#current = { ...this.#current, ...changes };
		try {
			this.#storage?.setItem(KEY, JSON.stringify(this.#current));
		} catch {
			// Full or refused: it lasts for this session.
		}
	}
}

/** Only fields of the right type are believed: an older version, or somebody's hand, may have written it. */
function recall(storage: Storage | null): Partial<Settings> {
	try {
		const stored: unknown = JSON.parse(storage?.getItem(KEY) ?? '{}');
		if (typeof stored !== 'object' || stored === null) return {};
		return Object.fromEntries(
			Object.entries(stored).filter(([key, value]) => {
				if (!(key in DEFAULT_SETTINGS)) return false;
				const model = DEFAULT_SETTINGS[key as keyof Settings];
				return model === null ? value === null || typeof value === 'string' : typeof value === typeof model;
			})
		);
	} catch {
		return {};
	}
}

/** The browser's storage, or null where it is refused (some private windows throw at the mere mention). */
export function localStorageOrNull(): Storage | null {
	try {
		return window.localStorage;
	} catch {
		return null;
	}
}

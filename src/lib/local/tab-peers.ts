/**
 * What the tabs of one browser profile tell each other, over a BroadcastChannel.
 */
import type { PeerMessage, Peers } from '#lib/sync/ports.ts';

export class TabPeers implements Peers {
	#channel: BroadcastChannel;

	constructor(name: string) {
		this.#channel = new BroadcastChannel(`${name}-peers`);
	}

	tell(message: PeerMessage): void {
		this.#channel.postMessage(message);
	}

	listen(listener: (message: PeerMessage) => void): void {
		this.#channel.onmessage = ({ data }: MessageEvent<PeerMessage>) => listener(data);
	}

	close(): void {
		this.#channel.close();
	}
}

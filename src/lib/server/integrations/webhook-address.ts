/**
 * Where a webhook may lead. In production only to https and to public addresses: a server that asks whatever it is told to
 * ask would open its own network to whoever may make a webhook. A name is looked up at every sending, and the address that was
 * checked is the one that is connected to.
 */
import { lookup } from 'node:dns/promises';
import { BlockList, isIP, isIPv4 } from 'node:net';

export type AddressRefusal = 'not_an_address' | 'https_only' | 'credentials' | 'not_public' | 'name_unknown';

/** RFC 6890 and its successors: everything that is no host of the internet. */
const NOT_PUBLIC = new BlockList();
for (const [network, prefix] of [
	...([
		['0.0.0.0', 8],
		['10.0.0.0', 8],
		['100.64.0.0', 10],
		['127.0.0.0', 8],
		['169.254.0.0', 16]
	] as const),
	...([
		['172.16.0.0', 12],
		['192.0.0.0', 24],
		['192.0.2.0', 24],
		['192.88.99.0', 24],
		['192.168.0.0', 16]
	] as const),
	...([
		['198.18.0.0', 15],
		['198.51.100.0', 24],
		['203.0.113.0', 24],
		['224.0.0.0', 4],
		['240.0.0.0', 4]
	] as const)
])
	NOT_PUBLIC.addSubnet(network, prefix, 'ipv4');
/** Of IPv6 only 2000::/3 is the internet, without documentation, tunnels (which carry an IPv4 address) and protocol assignments. */
const GLOBAL_V6 = new BlockList();
GLOBAL_V6.addSubnet('2000::', 3, 'ipv6');
for (const [network, prefix] of [
	['2001::', 23],
	['2001:db8::', 32],
	['2002::', 16],
	['3fff::', 20]
] as const)
	NOT_PUBLIC.addSubnet(network, prefix, 'ipv6');

/** An address of the internet, and not of this machine, its network or nobody. */
export function isPublicAddress(address: string): boolean {
	if (isIPv4(address)) return !NOT_PUBLIC.check(address, 'ipv4');
	// Mapped IPv4 (::ffff:10.0.0.1) is outside of 2000::/3 like everything else that is not the internet.
	return isIP(address) === 6 && GLOBAL_V6.check(address, 'ipv6') && !NOT_PUBLIC.check(address, 'ipv6');
}

const LOCAL = ['localhost', '127.0.0.1', '[::1]'];

/** Why a webhook must not lead there, as far as its address tells; null: it may. */
export function whyNotThere(address: string, production: boolean): AddressRefusal | null {
	const url = URL.canParse(address) ? new URL(address) : null;
	if (url === null || url.hostname === '' || !['http:', 'https:'].includes(url.protocol)) return 'not_an_address';
	if (url.username !== '' || url.password !== '') return 'credentials';
	const isLocal = LOCAL.includes(url.hostname);
	if (url.protocol === 'http:' && (production || !isLocal)) return 'https_only';
	const host = bare(url.hostname);
	const isRefused = isIP(host) === 0 ? host === 'localhost' || host.endsWith('.localhost') : !isPublicAddress(host);
	return production && isRefused ? 'not_public' : null;
}

/** What to connect to now. In production every address that the name has must be public. */
export async function addressOf(
	hostname: string,
	production: boolean
): Promise<{ address: string; family: number } | AddressRefusal> {
	const found = await lookup(bare(hostname), { all: true }).catch(() => []);
	const [first] = found;
	if (first === undefined) return 'name_unknown';
	if (production && found.some(({ address }) => !isPublicAddress(address))) return 'not_public';
	return first;
}

/** An IPv6 address stands in brackets in a URL. */
const bare = (hostname: string): string => hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '');

/** What this machine is called on its local network, and which addresses and names a certificate for one may ever hold. */
import { BlockList, isIP } from 'node:net';
import type { NetworkInterfaceInfo } from 'node:os';

/** The networks that no router of the Internet forwards: RFC 1918, link-local, this machine; RFC 4193 and their like of IPv6. */
export const LAN_NETWORKS = [
	{ network: '10.0.0.0', prefix: 8 },
	{ network: '172.16.0.0', prefix: 12 },
	{ network: '192.168.0.0', prefix: 16 },
	{ network: '169.254.0.0', prefix: 16 },
	{ network: '127.0.0.0', prefix: 8 },
	{ network: 'fc00::', prefix: 7 },
	{ network: 'fe80::', prefix: 10 },
	{ network: '::1', prefix: 128 }
] as const;

/** The endings that nobody can register on the Internet (RFC 6762, RFC 8375 and what home routers use). */
export const LAN_SUFFIXES = ['localhost', 'local', 'lan', 'home.arpa', 'internal'] as const;

/** Networks that live inside this machine: no phone comes by them, and they come and go. */
const INSIDE = /^(docker|br-|veth|virbr|vmnet|vboxnet|podman|cni|lxc)/;

/** What Escale can be asked for by, over the network. */
export interface LanNames {
	/** IPv4 first; without those that only this machine reaches. */
	addresses: string[];
	names: string[];
}

const lan = new BlockList();
for (const { network, prefix } of LAN_NETWORKS) lan.addSubnet(network, prefix, familyOf(network));

/** @param host a name or an address, an IPv6 one with or without its brackets */
export function isOfLan(host: string): boolean {
	const bare = withoutBrackets(host);
	if (isIP(bare) !== 0) return lan.check(bare, familyOf(bare));
	return LAN_SUFFIXES.some((suffix) => bare === suffix || bare.endsWith(`.${suffix}`));
}

/**
 * @param interfaces as node:os gives them
 * @param hostname as node:os gives it
 */
export function lanNames(
	interfaces: Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>,
	hostname: string
): LanNames {
	const found = Object.entries(interfaces)
		.filter(([name]) => !INSIDE.test(name))
		.flatMap(([, addresses = []]) => addresses)
		// An address of a link needs the name of the interface to be reached: no phone can type that.
		.filter(({ internal, address }) => !internal && !/^fe80:|^169\.254\./i.test(address) && isOfLan(address));
	const addresses = [...new Set(found.map(({ address }) => address))];
	return {
		addresses: addresses.toSorted((a, b) => isIP(a) - isIP(b)),
		names: [`${hostname.toLowerCase().split('.')[0]}.local`]
	};
}

/** As it stands in an address bar: an IPv6 address in brackets. */
export const inAddress = (host: string): string => (isIP(host) === 6 ? `[${host}]` : host);

export const withoutBrackets = (host: string): string => host.replace(/^\[(.*)\]$/, '$1').toLowerCase();

function familyOf(address: string): 'ipv4' | 'ipv6' {
	return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}

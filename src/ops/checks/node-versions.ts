/** Which Node runs Escale, and until when each release gets security fixes (nodejs.org, release schedule). */
export const LOWEST_NODE = '20.19.0';

export const NODE_ENDS: Readonly<Record<number, string>> = {
	20: '2026-04-30',
	21: '2024-06-01',
	22: '2027-04-30',
	23: '2025-06-01',
	24: '2028-04-30',
	25: '2026-06-01'
};

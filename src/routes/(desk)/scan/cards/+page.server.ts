import { redirect } from '@sveltejs/kit';
import { modeCard, MODES, type Mode } from '#lib/domain/codes.ts';
import { loginAddress } from '#lib/server/desk/desk.ts';
import { qrSymbol, type QrSymbol } from '#lib/server/documents/qr-symbol.ts';
import type { PageServerLoad } from './$types';

/** [R4] The symbol of each mode's card. */
export const load: PageServerLoad = ({ locals, url }) => {
	if (!locals.person) redirect(303, loginAddress(url));
	return {
		symbols: Object.fromEntries(MODES.map((mode) => [mode, qrSymbol(modeCard(mode))])) as Record<Mode, QrSymbol>
	};
};

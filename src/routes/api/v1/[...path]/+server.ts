/** Everything below /api/v1, whatever the method: `src/lib/server/integrations/v1-operations.ts` has the table. */
import type { RequestHandler } from '@sveltejs/kit';
import { answerV1 } from '#lib/server/integrations/v1-answer.ts';

export const fallback: RequestHandler = ({ locals: { world, requestId }, request, url }) =>
	answerV1({ world, request, url, requestId });

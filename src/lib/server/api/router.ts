/** Everything that can be called at /api/trpc. Phones import its type and nothing else of the server. */
import { commandRouter } from './command.ts';
import { sessionRouter } from './session.ts';
import { syncRouter } from './sync.ts';
import { createCallerFactory, router } from './trpc.ts';

export const appRouter = router({ command: commandRouter, session: sessionRouter, sync: syncRouter });
export type AppRouter = typeof appRouter;

/** Calls procedures without HTTP: tests. */
export const createCaller = createCallerFactory(appRouter);

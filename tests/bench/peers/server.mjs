/**
 * A peer's trivial server in a process of its own: `node server.mjs <peer>`. No rules, no rights, everything in memory; all
 * that it does is what the peer's protocol needs. Prints its origin once it listens and ends with its standard input.
 */
import { createServer } from 'node:http';

const { answer } = await import(`./servers/${process.argv[2]}.mjs`);

const server = createServer((request, response) => {
	answer(request, response).catch((error) => {
		console.error(error);
		response.writeHead(500).end();
	});
});
server.listen(0, '127.0.0.1', () => console.log(`http://localhost:${server.address().port}`));
process.stdin.resume().on('end', () => process.exit(0));

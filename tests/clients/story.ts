// A newsroom's system talks to onrecord, by the TypeScript client that was generated for it:
//
//     ONRECORD_URL=http://localhost:8000 ONRECORD_KEY=onr_… node story.ts

import { client } from './onrecord-client/client.gen.ts';
import {
  archiveStatement,
  changeStatement,
  createStatement,
  getStatement,
  listStatements,
} from './onrecord-client/sdk.gen.ts';
import type { NewStatement, ProblemDetails, Statement } from './onrecord-client/types.gen.ts';

declare const process: { env: Record<string, string | undefined> };

client.setConfig({ baseUrl: process.env['ONRECORD_URL']!, auth: process.env['ONRECORD_KEY']! });

function ensure(holds: boolean, words: string): asserts holds {
  if (!holds) throw new Error(words);
}

/** Take what was answered, or stop with the problem. */
function told<T>(answer: { data?: T; error?: unknown }): T {
  ensure(answer.data !== undefined, JSON.stringify(answer.error));
  return answer.data;
}

/** Take the problem out of an answer that should be one. */
function refused(answer: { error?: ProblemDetails; response?: Response }, status: number): ProblemDetails {
  ensure(answer.error !== undefined && answer.response?.status === status, `no ${status}`);
  return answer.error;
}

function header(answer: { response?: Response }, name: string): string {
  return answer.response?.headers.get(name) ?? '';
}

// A statement, with its speaker and where it stood. The key makes it safe to send again.
const body: NewStatement = {
  ref: `cms-${crypto.randomUUID()}`,
  text: 'À ce jour, environ 98.000 Russes sont entrés au Kazakhstan depuis le 21 septembre',
  language: 'fr',
  said_on: '2022-09-27',
  speaker: { name: 'Aslan Atalykov', kind: 'person', country: 'KZ' },
  appearances: [
    { role: 'agency', mode: 'direct_quote', source: { kind: 'news_agency', name: 'RIA Novosti' } },
  ],
};
const headers = { 'Idempotency-Key': crypto.randomUUID() };
const created = await createStatement({ body, headers });
const statement = told(created);
console.log(created.response?.status, 'recorded', header(created, 'Location'));

// The answer was lost? Send it again: nothing is recorded twice.
const again = await createStatement({ body, headers });
ensure(told(again).id === statement.id, 'recorded twice');
ensure(header(again, 'Idempotent-Replayed') === 'true', 'not replayed');
console.log(again.response?.status, 'the first answer, given again');

// Another request under the same key is a mistake, and so is a reference that is taken.
const other: NewStatement = { text: 'Another one.', language: 'en', speaker_is_anonymous: true };
const reused = refused(await createStatement({ body: other, headers }), 422);
console.log(reused.status, reused.type);
const taken = refused(await createStatement({ body }), 409);
console.log(taken.status, taken.type, taken.errors[0]?.pointer);

// Two editors read the same version. The second one is told, looks again, and tries again.
const path = { statement_id: statement.id };
const read = { 'If-Match': header(created, 'ETag') };
const summary = 'About 98,000 Russians have entered Kazakhstan';
const occasion = 'A press conference';
told(await changeStatement({ path, headers: read, body: { summary } }));
const stale = refused(await changeStatement({ path, headers: read, body: { occasion } }), 412);
console.log(stale.status, stale.type, 'it is version', stale.version);
const fresh = await getStatement({ path });
const changed = await changeStatement({
  path,
  headers: { 'If-Match': header(fresh, 'ETag') },
  body: { occasion },
});
ensure(told(changed).summary === summary, 'the first change was lost');
console.log(changed.response?.status, 'version', told(changed).version);

// All statements, page by page, the latest first.
const seen: Statement[] = [];
let cursor: string | undefined;
do {
  const page = told(await listStatements({ query: { limit: 4, sort: '-said_on', ...(cursor ? { cursor } : {}) } }));
  seen.push(...page.items);
  cursor = page.next ?? undefined;
} while (cursor);
ensure(new Set(seen.map((one) => one.id)).size === seen.length, 'told twice');
ensure(seen.some((one) => one.id === statement.id), 'left out');
console.log('paged through all of them');

// Those of one speaker.
ensure(statement.speaker_id !== null, 'it has a speaker');
const found = told(await listStatements({ query: { speaker_id: statement.speaker_id, count: true } }));
ensure(found.items.length === 1 && found.items[0]?.id === statement.id, 'not the one');
console.log(found.items.length, 'statement of', statement.speaker?.name);

// Archived: it is gone from the lists, and its address says so.
const archived = await archiveStatement({ path, headers: { 'If-Match': header(changed, 'ETag') } });
console.log(archived.response?.status, 'archived');
const gone = refused(await getStatement({ path }), 410);
console.log(gone.status, gone.type);

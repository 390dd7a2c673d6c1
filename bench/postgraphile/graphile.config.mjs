// PostGraphile as its documentation begins, without what only a developer needs. It leaves out
// relations for which it sees no index; it doesn't see the partial one of a statement's verdicts.
import { PostGraphileAmberPreset } from "postgraphile/presets/amber";

export default {
  extends: [PostGraphileAmberPreset],
  disablePlugins: ["PgIndexBehaviorsPlugin"],
  grafserv: { graphiql: false, watch: false, websockets: false },
};

// PostGraphile as its documentation begins, without what only a developer needs.
import { PostGraphileAmberPreset } from "postgraphile/presets/amber";

export default {
  extends: [PostGraphileAmberPreset],
  grafserv: { graphiql: false, watch: false, websockets: false },
};

export default {
  input: 'openapi.json',
  // Imports name their files with their endings, so that Node runs them as they are.
  output: { path: 'onrecord-client', module: { extension: '.ts' } },
};

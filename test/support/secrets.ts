export const APP_SECRET = 'test-app-secret-0123456789abcdef';
export const VERIFY_TOKEN = 'test-verify-token';
export const GRAPH_TOKEN = 'test-graph-token';

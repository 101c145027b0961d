export * from './types.js';
export { ALERT_THRESHOLD, MATCHER_VERSION, STRONG_THRESHOLD, WEAK_THRESHOLD } from './weights.js';
export { compare } from './match/compare.js';
export { buildIndex, buildIndexData } from './index/build-index.js';
export { type IndexData } from './index/layout.js';
export { ScreeningIndex } from './index/screening-index.js';
export { type EntriesPart, ScreeningPool, type SharedIndex } from './pool.js';

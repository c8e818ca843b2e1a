export { answered, answerList, DEFAULT_LIMIT, type Answered, type ListAnswer, type ListRequest } from './list-answer.js';
export { AuditQuery, auditMatch } from './audit-query.js';
export { answerFacetedList, chosenFacets, facetedMatch, type FacetedList } from './faceted-list.js';
export { liveEvents } from './live-events.js';
export { MinPosition } from './min-position.js';
export { amountOf, counter, counters, named, type Amount, type Counter, type Named } from './named.js';
export { ReadModelsModule } from './read-models.module.js';
export { CompanyQuery, ListQuery, ReadQuery } from './read-query.js';

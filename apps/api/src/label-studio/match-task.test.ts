import { expect, test } from 'vitest';
import { namesOf } from './match-task.js';

const itemId = `itm_${'0'.repeat(26)}`;

test('the id that the import takes comes before an `id` among the data, and after an external id', () => {
  expect(namesOf({ id: 5, data: { id: 4 }, meta: null }).externalIds).toEqual(['5', '4']);
  expect(namesOf({ id: 5, data: { id: 4, external_id: 'x' }, meta: { externalId: 'y', id: 3 } })).toEqual({
    itemIds: [],
    externalIds: ['y', 'x', '5', '3', '4'],
  });
});

test('of a task that we exported the external id is the one in its meta, and never the task’s', () => {
  expect(namesOf({ id: 5, data: { id: itemId }, meta: { itemId, id: 'mine' } })).toEqual({
    itemIds: [itemId, itemId],
    externalIds: ['mine', 'mine', itemId],
  });
  expect(namesOf({ id: 5, data: {}, meta: { itemId } }).externalIds).toEqual([]);
});

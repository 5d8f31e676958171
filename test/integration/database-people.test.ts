import { projectSettings } from '@tangent/contracts';
import {
  countRecentFailures,
  createApiToken,
  createFirstAdmin,
  createProject,
  createSession,
  createUser,
  deleteProject,
  endSession,
  findApiToken,
  findLogin,
  findSession,
  getProject,
  getProjectSetup,
  hashToken,
  leaseNext,
  listApiTokens,
  listAudit,
  listProjects,
  listUsers,
  putMember,
  recordLoginAttempt,
  revokeApiToken,
  roleForAnnotation,
  roleForItem,
  roleForLease,
  roleForProject,
  roleForRound,
  submitAnnotation,
  updateProject,
  updateUser,
} from '@tangent/database';
import { describe, expect, test } from 'vitest';
import { codeOf, makeProject, makeUser, nobody, runRound, useDatabase } from './support/database.js';

const house = useDatabase();
const later = (ms: number) => new Date(Date.now() + ms);

describe('users', () => {
  test('the first admin is made once, also by two processes at once', async () => {
    const { db } = house;
    const make = (email: string) => createFirstAdmin(db, { email, name: 'Admin', passwordHash: 'x' });
    const made = await Promise.all([make('One@tangent.test'), make('two@tangent.test')]);
    expect(made.map(({ kind }) => kind).toSorted()).toEqual(['created', 'has-users']);
    const first = made.find(({ kind }) => kind === 'created');
    const email = first?.kind === 'created' ? first.user.email : '';
    expect(await make('three@tangent.test')).toEqual({ kind: 'has-users', adminEmails: [email] });
    expect(email).toBe(email.toLowerCase());
  });

  test('an e-mail belongs to one user, whatever its case', async () => {
    const { db } = house;
    const user = (email: string) =>
      createUser(db, { email, name: 'x', passwordHash: 'hash', isAdmin: false, actor: nobody });
    const { id } = await user('Someone@Tangent.test');
    expect(await codeOf(user('someone@tangent.TEST'))).toBe('email-taken');
    expect(await findLogin(db, 'SOMEONE@tangent.test')).toMatchObject({
      user: { id, email: 'someone@tangent.test' },
      passwordHash: 'hash',
    });
    expect(await findLogin(db, 'nobody@tangent.test')).toBeNull();
  });

  test('the last admin stays one', async () => {
    const { db } = house;
    await createFirstAdmin(db, { email: 'first@tangent.test', name: 'x', passwordHash: 'x' });
    const admins = await db.prisma.user.findMany({ where: { isAdmin: true, disabledAt: null } });
    const [admin] = admins;
    expect(admins).toHaveLength(1);
    const change = (userId: string, more: object) => updateUser(db, { userId, actor: nobody, ...more });
    expect(await codeOf(change(admin!.id, { isAdmin: false }))).toBe('forbidden');
    expect(await codeOf(change(admin!.id, { isDisabled: true }))).toBe('forbidden');
    const second = await makeUser(db, { isAdmin: true });
    const codes = await Promise.all([
      codeOf(change(admin!.id, { isAdmin: false })),
      codeOf(change(second, { isAdmin: false })),
    ]);
    expect(codes.toSorted()).toEqual(['forbidden', 'it succeeded']);
    expect(await codeOf(change('usr_none', { name: 'x' }))).toBe('not-found');
  });

  test('users are listed by page', async () => {
    const { db } = house;
    await Promise.all([1, 2, 3].map(() => makeUser(db)));
    const ids: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await listUsers(db, { cursor, limit: 2 });
      ids.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    expect(ids).toHaveLength(await db.prisma.user.count());
    expect(ids).toEqual(ids.toSorted());
  });
});

describe('sessions and tokens', () => {
  test('a session is found by its secret until it expires, is revoked, or its user is disabled', async () => {
    const { db } = house;
    const userId = await makeUser(db);
    const open = (token: string) =>
      createSession(db, { userId, token, csrfToken: 'csrf', expiresAt: later(60_000), userAgent: 'test' });
    const { id } = await open('secret-1');
    expect(await findSession(db, 'secret-1')).toMatchObject({ id, user: { id: userId }, csrfToken: 'csrf' });
    const stored = await db.prisma.session.findUniqueOrThrow({ where: { id } });
    expect(Buffer.from(stored.tokenHash)).toEqual(hashToken('secret-1'));
    expect(await findSession(db, 'secret-2')).toBeNull();
    expect(await findSession(db, 'secret-1', later(60_001))).toBeNull();
    await findSession(db, 'secret-1', later(50_000));
    await endSession(db, id);
    expect(await findSession(db, 'secret-1')).toBeNull();
    await open('secret-3');
    await updateUser(db, { userId, passwordHash: 'new', actor: nobody });
    expect(await findSession(db, 'secret-3')).toBeNull();
    await open('secret-4');
    await updateUser(db, { userId, isDisabled: true, actor: nobody });
    expect(await findSession(db, 'secret-4')).toBeNull();
    await updateUser(db, { userId, isDisabled: false, actor: nobody });
    expect(await findSession(db, 'secret-4')).toBeNull();
  });

  test('an API token is found by its secret until it expires or is revoked, by its owner only', async () => {
    const { db } = house;
    const userId = await makeUser(db);
    const token = 'tgt_0123456789abcdef';
    const made = await createApiToken(db, {
      userId,
      name: 'ci',
      token,
      scopes: ['projects:read'],
      expiresAt: later(60_000),
      actor: { userId },
    });
    expect(made).toMatchObject({
      name: 'ci',
      prefix: 'tgt_0123',
      scopes: ['projects:read'],
      lastUsedAt: null,
    });
    expect(await findApiToken(db, token)).toMatchObject({
      id: made.id,
      user: { id: userId },
      scopes: ['projects:read'],
    });
    expect((await listApiTokens(db, userId, { limit: 5 })).items[0]!.lastUsedAt).not.toBeNull();
    expect(await findApiToken(db, token, later(60_001))).toBeNull();
    const other = await makeUser(db);
    const revoke = (by: string) =>
      revokeApiToken(db, { ownerId: by, tokenId: made.id, actor: { userId: by } });
    expect(await codeOf(revoke(other))).toBe('not-found');
    await revoke(userId);
    expect(await codeOf(revoke(userId))).toBe('not-found');
    expect(await findApiToken(db, token)).toBeNull();
    expect((await listApiTokens(db, userId, { limit: 5 })).items).toEqual([]);
  });

  test('failed logins are counted per e-mail since its last success, and per address', async () => {
    const { db } = house;
    const start = Date.now();
    const at = (s: number) => new Date(start + s * 1000);
    const attempt = (s: number, email: string, success: boolean) =>
      recordLoginAttempt(db, { email, ip: '10.0.0.1', success, now: at(s) });
    await attempt(0, 'x@t.test', false);
    await attempt(1, 'x@t.test', true);
    await attempt(2, 'X@t.test', false);
    await attempt(3, 'y@t.test', false);
    const count = (email: string, s: number) =>
      countRecentFailures(db, { email, ip: '10.0.0.1', since: at(s) });
    expect(await count('x@t.test', -1)).toEqual({ byEmail: 1, byIp: 3 });
    expect(await count('y@t.test', 2.5)).toEqual({ byEmail: 1, byIp: 1 });
    expect(await count('z@t.test', 10)).toEqual({ byEmail: 0, byIp: 0 });
  });
});

describe('projects', () => {
  const viewer = (userId: string, isAdmin = false) => ({ userId, isAdmin });

  test('a project counts its items by what they are', async () => {
    const { db } = house;
    const { projectId, annotators, itemIds } = await makeProject(db, {
      labels: ['a', 'b'],
      numItems: 5,
      holdout: ['a'],
    });
    await submitAnnotation(db, {
      itemId: itemIds[2]!,
      annotatorId: annotators[0]!,
      answer: { skip: 'unsure' },
    });
    await leaseNext(db, { projectId, annotatorId: annotators[0]!, count: 2 });
    const project = await getProject(db, projectId);
    expect(project).toMatchObject({
      counts: { items: 8, labeled: 2, unlabeled: 4, skipped: 1, leased: 2, holdout: 1 },
      classes: [
        { key: 'a', name: 'a', hotkey: null },
        { key: 'b', name: 'b', hotkey: null },
        { key: 'c', name: 'c', hotkey: null },
      ],
      settingsVersion: 1,
      labelSeq: 3,
    });
    expect((await getProject(db, projectId, later(400_000))).counts.leased).toBe(0);
    expect(await codeOf(getProject(db, 'prj_none'))).toBe('not-found');
  });

  test('classes with the same key or hotkey are refused, each with its place', async () => {
    const { db } = house;
    const creatorId = await makeUser(db);
    const work = createProject(db, {
      name: 'x',
      type: 'image',
      classes: [{ key: 'a', hotkey: '1' }, { key: 'b', hotkey: '1' }, { key: 'a' }],
      settings: projectSettings.parse({}),
      creatorId,
      actor: nobody,
    });
    await expect(work).rejects.toMatchObject({
      code: 'duplicate-class',
      errors: [{ pointer: '/classes/1/hotkey' }, { pointer: '/classes/2/key' }],
    });
  });

  test('settings change against a version, and two who change at once do not overwrite each other', async () => {
    const { db } = house;
    const { projectId } = await makeProject(db, { settings: { overlap: 2 } });
    const change = (leaseMs: number) =>
      updateProject(db, { projectId, settings: { leaseMs }, expectedVersion: 1, actor: nobody });
    const codes = await Promise.all([codeOf(change(2000)), codeOf(change(3000))]);
    expect(codes.toSorted()).toEqual(['it succeeded', 'settings-changed']);
    const renamed = await updateProject(db, { projectId, name: 'new name', actor: nobody });
    expect(renamed).toMatchObject({ name: 'new name', settingsVersion: 3, settings: { overlap: 2 } });
    expect(await codeOf(updateProject(db, { projectId, settings: { overlap: 99 }, actor: nobody }))).toBe(
      'validation-failed',
    );
    expect((await getProjectSetup(db, projectId)).settings.overlap).toBe(2);
  });

  test('members see their projects with their role, admins all, others none', async () => {
    const { db } = house;
    const { projectId, annotators } = await makeProject(db);
    const [owner, member, stranger] = [annotators[0]!, await makeUser(db), await makeUser(db)];
    await putMember(db, { projectId, userId: member, role: 'annotator', actor: { userId: owner } });
    await putMember(db, { projectId, userId: member, role: 'reviewer', actor: { userId: owner } });
    const list = async (userId: string, isAdmin = false) =>
      (await listProjects(db, { viewer: viewer(userId, isAdmin), limit: 1000 })).items;
    expect((await list(owner)).map(({ id, role }) => [id, role])).toEqual([[projectId, 'admin']]);
    expect((await list(member)).map(({ id, role }) => [id, role])).toEqual([[projectId, 'reviewer']]);
    expect(await list(stranger)).toEqual([]);
    expect((await list(stranger, true)).length).toBeGreaterThan(1);
    expect(await codeOf(putMember(db, { projectId, userId: 'usr_none', role: 'admin', actor: nobody }))).toBe(
      'not-found',
    );
  });

  test('who may see a thing is found by its id, in one way for every kind of thing', async () => {
    const { db } = house;
    const { projectId, annotators, itemIds } = await makeProject(db, {
      labels: ['a', 'b'],
      numAnnotators: 2,
    });
    const [owner, annotator] = annotators as [string, string];
    const stranger = await makeUser(db);
    const { roundId } = await runRound(db, projectId);
    const leased = await leaseNext(db, { projectId, annotatorId: annotator, count: 1 });
    if (leased.kind !== 'leased') throw new Error(leased.reason);
    const { annotation } = await submitAnnotation(db, {
      itemId: itemIds[0]!,
      annotatorId: annotator,
      answer: { classKey: 'b' },
    });
    const things = [
      [roleForProject, projectId],
      [roleForItem, itemIds[0]!],
      [roleForRound, roundId],
      [roleForLease, leased.leases[0]!.leaseId],
      [roleForAnnotation, annotation.id],
    ] as const;
    for (const [roleFor, id] of things) {
      expect(await roleFor(db, viewer(owner), id)).toEqual({ kind: 'member', projectId, role: 'admin' });
      expect(await roleFor(db, viewer(annotator), id)).toEqual({
        kind: 'member',
        projectId,
        role: 'annotator',
      });
      expect(await roleFor(db, viewer(stranger, true), id)).toEqual({
        kind: 'member',
        projectId,
        role: 'admin',
      });
      expect(await roleFor(db, viewer(stranger), id)).toEqual({ kind: 'not-found' });
      expect(await roleFor(db, viewer(owner), 'none')).toEqual({ kind: 'not-found' });
    }
    await deleteProject(db, { projectId, actor: nobody });
    for (const [roleFor, id] of things)
      expect(await roleFor(db, viewer(owner), id)).toEqual({ kind: 'not-found' });
  });

  test('a project that is put away disappears, its round is cancelled, its data stays', async () => {
    const { db } = house;
    const { projectId, annotators, itemIds } = await makeProject(db, {
      labels: ['a'],
      numItems: 3,
      settings: { trigger: { everyLabels: 5 } },
    });
    const submitted = await submitAnnotation(db, {
      itemId: itemIds[1]!,
      annotatorId: annotators[0]!,
      answer: { classKey: 'b' },
    });
    await deleteProject(db, { projectId, actor: nobody });
    expect(await codeOf(getProject(db, projectId))).toBe('not-found');
    expect(await codeOf(deleteProject(db, { projectId, actor: nobody }))).toBe('not-found');
    const round = await db.prisma.round.findUniqueOrThrow({ where: { id: submitted.roundId! } });
    expect(round.status).toBe('cancelled');
    expect(await db.prisma.annotation.count({ where: { projectId } })).toBe(1);
    const again = { itemId: itemIds[2]!, annotatorId: annotators[0]!, answer: { classKey: 'b' } };
    expect(await codeOf(submitAnnotation(db, again))).toBe('not-found');
  });

  test('what was done is in the audit log, newest first', async () => {
    const { db } = house;
    const { projectId, annotators } = await makeProject(db);
    await putMember(db, {
      projectId,
      userId: annotators[0]!,
      role: 'admin',
      actor: { userId: annotators[0]!, ip: '10.1.1.1' },
    });
    const first = await listAudit(db, { limit: 1 });
    expect(first.items).toMatchObject([
      {
        action: 'member.put',
        actorId: annotators[0],
        targetId: projectId,
        ip: '10.1.1.1',
        detail: { role: 'admin' },
      },
    ]);
    const next = await listAudit(db, { limit: 1, cursor: first.nextCursor! });
    expect(next.items).toMatchObject([{ action: 'project.create', targetId: projectId }]);
  });
});

import { singleNodeModel } from '../onnx/serialise.js';
import { argumentOf, type NativeSession, newSession } from '../runtime/binding.js';
import { settingsOf } from '../runtime/options.js';
import { sessionOptions } from '../runtime/session-options.js';

/** C ← α·op(A)·op(B) + β·C. All row-major and without gaps: op(A) [m, k], op(B) [k, n], C [m, n]. */
export interface DoubleProduct {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly a: Float64Array;
  readonly b: Float64Array;
  /** Written in place; read too where β is not 0. */
  readonly c: Float64Array;
  /** A is stored as [k, m]; default false. */
  readonly transposeA?: boolean;
  /** B is stored as [n, k]; default false. */
  readonly transposeB?: boolean;
  /** α: default 1. */
  readonly alpha?: 1 | -1;
  /** β: default 0. */
  readonly beta?: 0 | 1;
}

/**
 * Products of float64 matrices by ONNX Runtime's Gemm, which tfjs has not: tensors of tfjs are float32. One session a kind
 * of product, compiled for all sizes. About 20 µs a call, and 2mnk flops.
 */
export class DoubleGemm {
  private readonly sessions = new Map<string, NativeSession>();
  private readonly options: object;

  constructor(options: { readonly threads?: number } = {}) {
    this.options = sessionOptions(settingsOf(options));
  }

  /** Throws RangeError for arrays that do not have the stated shapes. */
  run(product: DoubleProduct): void {
    const { m, n, k, a, b, c, transposeA = false, transposeB = false, alpha = 1, beta = 0 } = product;
    if (a.length !== m * k || b.length !== k * n || c.length !== m * n)
      throw new RangeError(
        `a product of ${m}×${k} and ${k}×${n}: given ${a.length}, ${b.length} and ${c.length} numbers`,
      );
    if (m === 0 || n === 0) return;
    if (k === 0) {
      if (beta === 0) c.fill(0);
      return;
    }
    const feeds = {
      a: argumentOf('float64', a, transposeA ? [k, m] : [m, k]),
      b: argumentOf('float64', b, transposeB ? [n, k] : [k, n]),
    };
    const output = argumentOf('float64', c, [m, n]);
    const session = this.session(transposeA, transposeB, alpha, beta);
    session.run(beta === 0 ? feeds : { ...feeds, c: output }, { y: output }, {});
  }

  dispose(): void {
    for (const session of this.sessions.values()) session.dispose();
    this.sessions.clear();
  }

  private session(transposeA: boolean, transposeB: boolean, alpha: number, beta: number): NativeSession {
    const key = `${transposeA}${transposeB}${alpha}${beta}`;
    const known = this.sessions.get(key);
    if (known) return known;
    const bytes = singleNodeModel({
      op: 'Gemm',
      attributes: {
        transA: transposeA ? 1 : 0,
        transB: transposeB ? 1 : 0,
        alpha: { float: alpha },
        beta: { float: beta },
      },
      dtype: 'float64',
      inputs: {
        a: transposeA ? ['k', 'm'] : ['m', 'k'],
        b: transposeB ? ['n', 'k'] : ['k', 'n'],
        ...(beta === 0 ? {} : { c: ['m', 'n'] }),
      },
      output: ['m', 'n'],
    });
    const session = newSession();
    session.loadModel(bytes.buffer, bytes.byteOffset, bytes.byteLength, this.options);
    this.sessions.set(key, session);
    return session;
  }
}

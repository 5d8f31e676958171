import { DoubleGemm, type DoubleProduct } from '@tangent/tfjs-onnxruntime';
import { subtractProductsInPlace, transposed } from './products.js';

/** Below this many multiplications the call of the native product costs more than the loop. */
const worthCalling = 2 ** 16;

let native: DoubleGemm | null | undefined;

/** ONNX Runtime's float64 product; null where it has no build. */
function nativeGemm(): DoubleGemm | null {
  if (native !== undefined) return native;
  try {
    native = new DoubleGemm();
    const c = new Float64Array(1);
    native.run({ m: 1, n: 1, k: 1, a: c, b: c, c });
  } catch {
    native = null;
  }
  return native;
}

/** True where large products run natively, some thirty times as fast as in JavaScript. */
export const hasNativeProducts = (): boolean => nativeGemm() !== null;

/**
 * C ← α·op(A)·op(B) + β·C in float64; see DoubleProduct for shapes. Native where that pays, else in JavaScript.
 * Cost 2mnk flops. Throws RangeError for arrays that do not have the stated shapes.
 */
export function gemm(product: DoubleProduct): void {
  const { m, n, k } = product;
  const library = m * n * k >= worthCalling ? nativeGemm() : null;
  if (library) library.run(product);
  else inJavaScript(product);
}

/** The same, by the plain loop; tests compare the two. */
export function inJavaScript(product: DoubleProduct): void {
  const { m, n, k, a, b, c, transposeA = false, transposeB = false, alpha = 1, beta = 0 } = product;
  if (a.length !== m * k || b.length !== k * n || c.length !== m * n)
    throw new RangeError(
      `a product of ${m}×${k} and ${k}×${n}: given ${a.length}, ${b.length} and ${c.length} numbers`,
    );
  if (beta === 0) c.fill(0);
  const left = transposeA ? transposed(a, k, m) : a;
  const right = transposeB ? b : transposed(b, k, n);
  if (alpha === 1) for (let i = 0; i < c.length; i++) c[i] = 0 - c[i]!;
  subtractProductsInPlace(
    { values: c, at: 0, stride: n },
    { values: left, at: 0, stride: k },
    { values: right, at: 0, stride: k },
    m,
    n,
    k,
  );
  // 0 − x, so that a product that is zero is +0.
  if (alpha === 1) for (let i = 0; i < c.length; i++) c[i] = 0 - c[i]!;
}

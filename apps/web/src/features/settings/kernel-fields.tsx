import type { KernelConfig } from '@tangent/contracts';
import { Check } from '@/components/ui/check';
import { SelectField } from '@/components/ui/select-field';
import type { ShownKernel } from './form-settings';

const types: readonly (readonly [KernelConfig['type'], string])[] = [
  ['trace', 'Trace of the NTK over all classes. The default.'],
  ['pntk-sum', 'Pseudo-NTK of the sum of the logits.'],
  ['pntk-first', 'Pseudo-NTK of the first logit.'],
  ['pntk-sign', 'Pseudo-NTK of random signs.'],
  ['entk', 'The whole empirical NTK, in blocks of classes. Small pools only.'],
  ['last-layer', 'Of the last layer only.'],
];
const features: readonly (readonly [KernelConfig['features'], string])[] = [
  ['auto', 'Exact for small pools, sketched for large ones'],
  ['exact', 'Exact: all gradients'],
  ['sketch', 'Sketched: fewer numbers, nearly the same kernel'],
];

/** The kernel under the look-ahead, as fields of a form; `kernelOf` reads them. */
export function KernelFields({ kernel }: { readonly kernel: ShownKernel }) {
  return (
    <>
      <SelectField id="kernelType" name="kernelType" label="Kernel" defaultValue={kernel.type}>
        {types.map(([type, line]) => (
          <option key={type} value={type}>
            {type}: {line}
          </option>
        ))}
      </SelectField>
      <SelectField
        id="kernelFeatures"
        name="kernelFeatures"
        label="Its features"
        defaultValue={kernel.features}
      >
        {features.map(([value, name]) => (
          <option key={value} value={value}>
            {name}
          </option>
        ))}
      </SelectField>
      <Check
        id="kernelBalanced"
        name="kernelBalanced"
        defaultChecked={kernel.balanced}
        label="Balanced"
        hint="Every layer counts alike, whatever the size of its gradients"
        className="sm:col-span-2"
      />
    </>
  );
}

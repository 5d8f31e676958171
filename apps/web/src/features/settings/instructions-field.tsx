import { inputStyle } from '@/components/ui/field';

/** What annotators should know. */
export function InstructionsField({ defaultValue = '' }: { readonly defaultValue?: string }) {
  return (
    <div>
      <label htmlFor="instructions" className="mb-1.5 block text-sm font-medium">
        Instructions <span className="font-normal text-ink-faint">– if there is need</span>
      </label>
      <textarea
        id="instructions"
        name="instructions"
        rows={3}
        maxLength={20_000}
        defaultValue={defaultValue}
        className={`${inputStyle} h-auto py-2`}
        placeholder="What annotators should know: how to decide at the borders between the classes"
      />
    </div>
  );
}

import protobuf from 'protobufjs/light.js';

// The part of ONNX's schema that graphs of plain nodes need, and what must be looked at in a file of somebody else's.
// Field numbers: onnx.proto, ONNX 1.16 (IR version 10).

const field = (type: string, id: number) => ({ type, id });
const list = (type: string, id: number) => ({ rule: 'repeated', type, id });

const root = protobuf.Root.fromJSON({
  nested: {
    ModelProto: {
      fields: {
        irVersion: field('int64', 1),
        producerName: field('string', 2),
        graph: field('GraphProto', 7),
        opsetImport: list('OperatorSetIdProto', 8),
        functions: list('FunctionProto', 25),
      },
    },
    FunctionProto: { fields: { name: field('string', 1), node: list('NodeProto', 7) } },
    OperatorSetIdProto: { fields: { domain: field('string', 1), version: field('int64', 2) } },
    GraphProto: {
      fields: {
        node: list('NodeProto', 1),
        name: field('string', 2),
        initializer: list('TensorProto', 5),
        input: list('ValueInfoProto', 11),
        output: list('ValueInfoProto', 12),
        sparseInitializer: list('SparseTensorProto', 15),
      },
    },
    SparseTensorProto: { fields: { values: field('TensorProto', 1), indices: field('TensorProto', 2) } },
    NodeProto: {
      fields: {
        input: list('string', 1),
        output: list('string', 2),
        name: field('string', 3),
        opType: field('string', 4),
        attribute: list('AttributeProto', 5),
        domain: field('string', 7),
      },
    },
    AttributeProto: {
      fields: {
        name: field('string', 1),
        f: field('float', 2),
        i: field('int64', 3),
        s: field('bytes', 4),
        t: field('TensorProto', 5),
        g: field('GraphProto', 6),
        ints: list('int64', 8),
        tensors: list('TensorProto', 10),
        graphs: list('GraphProto', 11),
        sparseTensor: field('SparseTensorProto', 22),
        sparseTensors: list('SparseTensorProto', 23),
        type: field('int32', 20),
      },
    },
    TensorProto: {
      fields: {
        dims: list('int64', 1),
        dataType: field('int32', 2),
        name: field('string', 8),
        rawData: field('bytes', 9),
        dataLocation: field('int32', 14),
      },
    },
    ValueInfoProto: { fields: { name: field('string', 1), type: field('TypeProto', 2) } },
    TypeProto: { fields: { tensorType: field('TensorTypeProto', 1) } },
    TensorTypeProto: { fields: { elemType: field('int32', 1), shape: field('TensorShapeProto', 2) } },
    TensorShapeProto: { fields: { dim: list('DimensionProto', 1) } },
    DimensionProto: { fields: { dimValue: field('int64', 1), dimParam: field('string', 2) } },
  },
});

export const modelProto = root.lookupType('ModelProto');

/** Plain object with the field names above → bytes that ONNX Runtime loads. */
export const encodeModel = (model: Record<string, unknown>): Uint8Array => modelProto.encode(model).finish();

/** Bytes → plain object with the field names above; repeated fields are always there. Throws where they are no ONNX. */
export const decodeModel = (bytes: Uint8Array): Record<string, unknown> =>
  modelProto.toObject(modelProto.decode(bytes), { arrays: true, longs: Number });

/** TensorProto.DataType. */
export const elementTypes = { float32: 1, int32: 6, int64: 7, bool: 9, float64: 11 } as const;

/** AttributeProto.AttributeType. */
export const attributeTypes = { float: 1, int: 2, string: 3, ints: 7 } as const;

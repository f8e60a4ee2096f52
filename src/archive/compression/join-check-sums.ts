/** CRC-32's polynomial with its bits turned round: RFC 1952, section 8. */
const polynomial = 0xedb88320

/** The polynomials 1 and x, written so that the highest bit is the constant term. */
const [one, x] = [0x80000000, 0x40000000]

/** x to the power of 8 × 2ⁿ, for n up to 49: what 2ⁿ bytes of zeros multiply a sum by. No stream has more bytes than that. */
const zerosFactors = makeZerosFactors(50)

/**
 * The CRC-32 of two pieces of bytes, one after the other, from those of each: the first is multiplied by x to as many bits as the second
 * has, modulo the polynomial, and added.
 *
 * @param bytesAfter how many bytes the second piece has
 */
export function joinCheckSums(before: number, after: number, bytesAfter: number): number {
  let factor = one
  let rest = bytesAfter
  for (let power = 0; rest > 0; power += 1) {
    if (rest % 2 === 1) factor = multiply(zerosFactors[power] ?? 0, factor)
    rest = Math.floor(rest / 2)
  }
  return (multiply(factor, before) ^ after) >>> 0
}

function makeZerosFactors(count: number): readonly number[] {
  let factor = x
  for (let doubling = 0; doubling < 3; doubling += 1) factor = multiply(factor, factor)
  const factors = [factor]
  while (factors.length < count) {
    factor = multiply(factor, factor)
    factors.push(factor)
  }
  return factors
}

/** The product of two polynomials modulo CRC-32's: one is shifted, and added for every term of the other. */
function multiply(left: number, right: number): number {
  let product = 0
  let shifted = right
  for (let term = one; term !== 0; term >>>= 1) {
    if ((left & term) !== 0) product ^= shifted
    shifted = (shifted & 1) === 0 ? shifted >>> 1 : (shifted >>> 1) ^ polynomial
  }
  return product >>> 0
}

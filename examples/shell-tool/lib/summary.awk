BEGIN { FS = OFS = "\t" }
!($1 in count) { lowest[$1] = highest[$1] = $3 }
{
  count[$1]++
  sum[$1] += $3
  if ($3 < lowest[$1]) lowest[$1] = $3
  if ($3 > highest[$1]) highest[$1] = $3
}
END {
  # The order of a loop over an array is nobody's business, so the names are sorted.
  places = asorti(count, names)
  for (at = 1; at <= places; at++) {
    place = names[at]
    printf "%s\t%d\t%.1f\t%d\n", place, lowest[place], sum[place] / count[place], highest[place]
  }
}

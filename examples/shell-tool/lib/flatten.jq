# One line for each measurement: place, seconds since 1970, centimetres.
.place as $place | .measurements[] | [$place, (.at | fromdate), .cm] | @tsv

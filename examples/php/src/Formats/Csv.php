<?php

declare(strict_types=1);

namespace Buoys\Formats;

/** For spreadsheets, which expect the character set of an old Windows. */
final class Csv
{
    public const TYPE = 'text/csv; charset=windows-1252';

    public function write(array $buoys): string
    {
        $lines = array_map(static fn(array $buoy): string => "{$buoy['name']};{$buoy['colour']}\r\n", $buoys);
        return mb_convert_encoding(implode('', $lines), 'Windows-1252', 'UTF-8');
    }
}

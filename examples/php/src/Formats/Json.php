<?php

declare(strict_types=1);

namespace Buoys\Formats;

final class Json
{
    public const TYPE = 'application/json';

    public function write(array $buoys): string
    {
        return json_encode($buoys, JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE);
    }
}

FROM trailing_share($keys, $periods, $ks, $ns, $back)
ORDER BY key, period

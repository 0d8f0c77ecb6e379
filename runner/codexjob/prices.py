"""What tokens cost, by the public price list of genai-prices; what is not known there stays unknown."""

from logverdict.facts import Tokens


def cost_of(model: str | None, tokens: Tokens) -> float | None:
    """Give the price in US dollars, cached input at its own; null where model, counts or price are unknown.

    It needs the extra `codexjob[prices]`; without it every price is unknown. Nothing is fetched.
    """
    if model is None or tokens.input is None or tokens.output is None:
        return None
    try:
        from genai_prices import Usage, calc_price
    except ImportError:
        return None
    used = Usage(
        input_tokens=tokens.input, cache_read_tokens=tokens.cached_input or 0, output_tokens=tokens.output
    )
    try:
        price = calc_price(used, model_ref=model, provider_id="openai")
    except LookupError:
        return None
    return round(float(price.total_price), 6)

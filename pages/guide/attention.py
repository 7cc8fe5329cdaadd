"""The attention explorer: where the heads of every network look, and what that is worth."""

import json
from collections.abc import Callable
from contextlib import suppress

import streamlit as st

from pages.ui.chapter import attempt, show_code, starting, step
from pages.ui.controls import choice, slider, text_box, words
from pages.ui.menu import draw_menu
from pages.ui.take import File, take
from variants import VARIANTS

st.title("Attention explorer")
st.markdown(
    "In every layer each token looks at all tokens and takes a little from each. How much is a row of numbers that "
    "sum to 100 %, and every **head** has rows of its own. Here you see them for all models of this site."
)
see, foot, taken, sources = (st.container() for _ in range(4))  # in the order in which they stand

with see, starting(VARIANTS[0], page="attention"):  # torch comes with these imports, once per server
    from pages.looks.attention import ablation, chosen, closer, heads, tracing
    from variants.core import head_ablation, head_statistics, rollout
    from variants.core.attention import find_network, networks_of
    from variants.core.encoder_attention import Encoder
    from variants.core.errors import InputError
    from variants.core.guide_notebooks import attention_notebook

    networks = networks_of(VARIANTS)
    with suppress(InputError):  # said below, where the network is chosen
        networks[0].load()

CODE = (
    Encoder.look,
    head_statistics.statistics_of,
    head_statistics.pattern_of,
    rollout.rollout,
    rollout.flow,
    Encoder.gated_states,
    head_ablation.switch_off_each,
)
LOOKS: dict[str, tuple[str, Callable[[chosen.Seen, chosen.Seen | None, int, int], None]]] = {
    "heat": ("heat map", closer.heat_map),
    "lines": ("head view", closer.head_view),
    "model": ("model view", closer.model_view),
    "neuron": ("neuron view", closer.neuron_view),
    "trace": ("rollout and flow", tracing.traced),
    "off": ("heads switched off", ablation.switched_off),
}


@st.fragment
def explore() -> None:
    """Draw all that depends on the text; a fragment, for nothing else on the page does."""
    text = text_box("Your text", key="text", default=VARIANTS[0].example, height=70)
    draw_menu()
    left, right = st.columns(2)
    with left:
        second = words("A second text, if you like: the two are read as a pair", key="second")
    with right:
        names = {network.key: network.name for network in networks}
        resets = ("layer", "head", "place", "trace")
        key = choice("Which network looks", names, key="model", default=networks[0].key, resets=resets)
    network = find_network(networks, key)
    seed = slider("Order, drawn from this seed", key="seed", low=0, high=99, default=0) if network.seeded else 0
    seen = attempt(lambda: chosen.look(network, text, second, seed))
    files: list[File] = []
    if seen:
        chosen.notices(seen, second)
        chosen.pin_buttons(seen, text, second, seed)
        layer, head = look_at_heads(seen)
        book = attention_notebook(text=text, second=second, model=key, seed=seed, layer=layer + 1, head=head + 1)
        numbers = json.dumps(head_statistics.record_of(seen.attention), ensure_ascii=False, indent=1)
        files = [
            File("Notebook", "attention.ipynb", "application/json", book),
            File("JSON", "attention.json", "application/json", numbers),
        ]
    with taken:
        st.markdown("**Take it with you**")
        take(files, key="take_page", link=True)
        st.caption("The link holds your text, your choices and what is pinned; the JSON the numbers of all heads.")


def look_at_heads(seen: chosen.Seen) -> tuple[int, int]:
    """Draw all heads and one of them closer; return its layer and its number, counted from 0."""
    pin = chosen.pinned(networks)
    step("All heads", "Entropy is low where a head looks at few tokens, and highest where it looks at all alike.")
    layer, head = chosen.choose_head(seen)
    heads.all_heads(seen, pin, layer, head)
    step("Look closer")
    look = choice("How to look", {key: name for key, (name, _) in LOOKS.items()}, key="look", default="heat")
    LOOKS[look][1](seen, pin, layer, head)
    return layer, head


with see:
    explore()

with foot:
    step("What attention is not")
    st.markdown(
        "- **Not an explanation by itself.** Other weights can give the same prediction, and weights agree poorly with "
        "what changes it (Jain and Wallace, 2019); whether that rules them out as *an* explanation depends on what "
        "is asked of one (Wiegreffe and Pinter, 2019). Switch heads off above and compare.\n"
        "- **Not importance.** A weight says how much of a value is taken, not how long that value is "
        "(Kobayashi et al., 2020). Much of what goes to [SEP] has little effect: a place to look when there is "
        "nothing to do (Clark et al., 2019).\n"
        "- **Not about words in deep layers.** States are mixtures by then; rollout and flow are two ways to "
        "trace them."
    )
    st.divider()
    show_code(CODE)

with sources:
    st.markdown("**Sources**")
    st.markdown(
        "Vaswani et al. (2017), [arXiv 1706.03762](https://arxiv.org/abs/1706.03762). Clark et al. (2019), "
        "[1906.04341](https://arxiv.org/abs/1906.04341). Vig (2019), [1906.05714](https://arxiv.org/abs/1906.05714). "
        "Michel et al. (2019), [1905.10650](https://arxiv.org/abs/1905.10650). Voita et al. (2019), "
        "[1905.09418](https://arxiv.org/abs/1905.09418). Jain and Wallace (2019), "
        "[1902.10186](https://arxiv.org/abs/1902.10186). Wiegreffe and Pinter (2019), "
        "[1908.04626](https://arxiv.org/abs/1908.04626). Kobayashi et al. (2020), "
        "[2004.10102](https://arxiv.org/abs/2004.10102). Abnar and Zuidema (2020), "
        "[2005.00928](https://arxiv.org/abs/2005.00928)."
    )

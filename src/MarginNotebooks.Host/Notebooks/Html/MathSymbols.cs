using System.Collections.Frozen;

namespace MarginNotebooks.Host.Notebooks.Html;

/// <summary>What TeX's commands stand for.</summary>
public static class MathSymbols
{
    /// <summary>Letters: set as identifiers.</summary>
    public static FrozenDictionary<string, string> Identifiers { get; } = Table(
        "alpha α beta β gamma γ delta δ epsilon ϵ varepsilon ε zeta ζ eta η theta θ vartheta ϑ iota ι kappa κ lambda λ mu μ nu ν xi ξ pi π rho ρ "
        + "sigma σ tau τ upsilon υ phi ϕ varphi φ chi χ psi ψ omega ω Gamma Γ Delta Δ Theta Θ Lambda Λ Xi Ξ Pi Π Sigma Σ Upsilon Υ Phi Φ Psi Ψ "
        + "Omega Ω ell ℓ infty ∞ partial ∂ nabla ∇ emptyset ∅ hbar ℏ Re ℜ Im ℑ aleph ℵ top ⊤ bot ⊥");

    /// <summary>Signs: set as operators, with the space of one.</summary>
    public static FrozenDictionary<string, string> Operators { get; } = Table(
        "times × cdot ⋅ pm ± mp ∓ div ÷ ast ∗ star ⋆ circ ∘ oplus ⊕ otimes ⊗ odot ⊙ le ≤ leq ≤ ge ≥ geq ≥ ne ≠ neq ≠ ll ≪ gg ≫ approx ≈ sim ∼ simeq ≃ "
        + "equiv ≡ cong ≅ propto ∝ in ∈ notin ∉ ni ∋ subset ⊂ subseteq ⊆ supset ⊃ supseteq ⊇ cup ∪ cap ∩ setminus ∖ forall ∀ exists ∃ neg ¬ land ∧ lor ∨ "
        + "wedge ∧ vee ∨ to → rightarrow → leftarrow ← leftrightarrow ↔ Rightarrow ⇒ Leftarrow ⇐ Leftrightarrow ⇔ implies ⟹ iff ⟺ mapsto ↦ longrightarrow ⟶ "
        + "uparrow ↑ downarrow ↓ ldots … dots … cdots ⋯ vdots ⋮ ddots ⋱ mid ∣ parallel ∥ Vert ‖ vert | colon : lbrace { rbrace } langle ⟨ rangle ⟩ "
        + "lfloor ⌊ rfloor ⌋ lceil ⌈ rceil ⌉ lVert ‖ rVert ‖ lvert | rvert | prime ′ bullet ∙ triangleq ≜ coloneqq ≔");

    /// <summary>Large signs whose limits stand above and below in a displayed formula.</summary>
    public static FrozenDictionary<string, string> LargeOperators { get; } = Table(
        "sum ∑ prod ∏ int ∫ iint ∬ oint ∮ bigcup ⋃ bigcap ⋂ bigoplus ⨁ bigotimes ⨂");

    /// <summary>Named functions, upright.</summary>
    public static FrozenSet<string> Functions { get; } = Words(
        "log ln exp sin cos tan tanh sinh cosh arcsin arccos arctan det dim ker gcd deg arg Pr");

    /// <summary>Named functions whose limits stand below in a displayed formula.</summary>
    public static FrozenSet<string> LimitFunctions { get; } = Words("max min sup inf lim limsup liminf argmax argmin");

    /// <summary>Marks over a letter.</summary>
    public static FrozenDictionary<string, string> Accents { get; } = Table(
        "hat ^ widehat ^ bar ¯ overline ¯ tilde ~ widetilde ~ vec → dot ˙ ddot ¨ check ˇ breve ˘");

    /// <summary>Styles of letters, as offsets into Unicode's mathematical alphabets: first capital, first small letter.</summary>
    public static FrozenDictionary<string, (int Capital, int Small)> Alphabets { get; } = new Dictionary<string, (int, int)>
    {
        ["mathbf"] = (0x1D400, 0x1D41A),
        ["boldsymbol"] = (0x1D468, 0x1D482),
        ["bm"] = (0x1D468, 0x1D482),
        ["mathcal"] = (0x1D49C, 0x1D4B6),
        ["mathscr"] = (0x1D49C, 0x1D4B6),
        ["mathbb"] = (0x1D538, 0x1D552),
        ["mathsf"] = (0x1D5A0, 0x1D5BA),
        ["mathtt"] = (0x1D670, 0x1D68A),
        ["mathfrak"] = (0x1D504, 0x1D51E),
    }.ToFrozenDictionary();

    /// <summary>Letters that Unicode had before it had the alphabets.</summary>
    public static FrozenDictionary<int, string> Exceptions { get; } = new Dictionary<int, string>
    {
        [0x1D49D] = "ℬ",
        [0x1D4A0] = "ℰ",
        [0x1D4A1] = "ℱ",
        [0x1D4A3] = "ℋ",
        [0x1D4A4] = "ℐ",
        [0x1D4A7] = "ℒ",
        [0x1D4A8] = "ℳ",
        [0x1D4AD] = "ℛ",
        [0x1D4BA] = "ℯ",
        [0x1D4BC] = "ℊ",
        [0x1D4C4] = "ℴ",
        [0x1D53A] = "ℂ",
        [0x1D53F] = "ℍ",
        [0x1D545] = "ℕ",
        [0x1D547] = "ℙ",
        [0x1D548] = "ℚ",
        [0x1D549] = "ℝ",
        [0x1D551] = "ℤ",
        [0x1D506] = "ℭ",
        [0x1D50B] = "ℌ",
        [0x1D50C] = "ℑ",
        [0x1D515] = "ℜ",
        [0x1D51D] = "ℨ",
    }.ToFrozenDictionary();

    private static FrozenDictionary<string, string> Table(string pairs) =>
        pairs.Split(' ').Chunk(2).ToDictionary(pair => pair[0], pair => pair[1]).ToFrozenDictionary();

    private static FrozenSet<string> Words(string words) => words.Split(' ').ToFrozenSet();
}

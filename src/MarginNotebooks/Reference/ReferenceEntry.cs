namespace MarginNotebooks.Reference;

/// <summary>One entry of the reference page: what a <see cref="ReferenceAttribute"/> says, and where it stands.</summary>
/// <param name="Kind">The chapter.</param>
/// <param name="Key">Short key; within a chapter no other entry has it.</param>
/// <param name="Title">The field's name of it.</param>
/// <param name="Formula">The formula in one line of plain text.</param>
/// <param name="Source">Where it was published; <c>this kit</c> where it is our own.</param>
/// <param name="Note">What a reader must know besides; null for nothing.</param>
/// <param name="Type">The type, outermost when nested, whose name is also its file's.</param>
/// <param name="Member">Name of the member that carries the attribute; null for the type itself.</param>
/// <param name="Test">Name of the test class, which is also its file's.</param>
public sealed record ReferenceEntry(
    ReferenceKind Kind, string Key, string Title, string Formula, string Source, string? Note, Type Type, string? Member, string Test)
{
    /// <summary>The type's name without generic marks, and the member's after a point: how code names it.</summary>
    public string CodeName => TypeName + (Member is null ? "" : $".{Member}");

    /// <summary>The type's name without generic marks: its file's.</summary>
    public string TypeName => Type.Name.Split('`')[0];
}

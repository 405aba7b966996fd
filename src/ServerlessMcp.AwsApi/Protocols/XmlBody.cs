using System.Text;
using System.Text.Json.Nodes;
using System.Xml;
using System.Xml.Linq;
using ServerlessMcp.AwsApi.Shapes;

namespace ServerlessMcp.AwsApi.Protocols;

/// <summary>Writes the XML bodies of restXml.</summary>
internal sealed class XmlBody(ServiceModel model)
{
    /// <summary>Namespace of the <c>xsi:</c> prefix, which attributes such as an S3 grantee's type use without declaring it.</summary>
    private static readonly XNamespace SchemaInstance = "http://www.w3.org/2001/XMLSchema-instance";

    /// <param name="use">The payload member, whose traits win over the shape's; null if the whole input is the body.</param>
    public byte[] Write(Shape shape, JsonObject value, Member? use, Func<Member, bool>? isIncluded = null)
    {
        var space = use?.XmlNamespace ?? shape.XmlNamespace ?? (model.XmlNamespace is { } uri ? new XmlNamespaceTrait(null, uri) : null);
        var own = space is { Prefix: null } ? XNamespace.Get(space.Uri) : XNamespace.None;
        var root = new XElement(own + (use?.XmlName ?? shape.XmlName ?? shape.Name));
        Declare(root, space);
        AddMembers(root, shape, value, isIncluded);

        using var stream = new MemoryStream();
        using (var writer = XmlWriter.Create(stream, new() { OmitXmlDeclaration = true, Encoding = new UTF8Encoding(false) }))
        {
            root.Save(writer);
        }

        return stream.ToArray();
    }

    private void AddMembers(XElement parent, Shape shape, JsonObject value, Func<Member, bool>? isIncluded)
    {
        var present = shape.Members.Where(member => isIncluded?.Invoke(member) != false && value[member.Name] is not null);
        foreach (var member in present.OrderBy(member => member.IsXmlAttribute ? 0 : 1))
        {
            var name = member.XmlName ?? member.Name;
            if (member.IsXmlAttribute)
            {
                parent.SetAttributeValue(AttributeName(parent, name), Scalars.Write(value[member.Name]!, member, ShapeKind.TimestampIso));
            }
            else
            {
                Add(parent, member, name, value[member.Name]!);
            }
        }
    }

    private void Add(XElement parent, Member member, string name, JsonNode value)
    {
        switch (value)
        {
            case JsonObject structure when member.IsStructure:
                var shape = model.ShapeOf(member);
                var element = AddElement(parent, name, member);
                Declare(element, member.XmlNamespace is null && shape.XmlNamespace is { Prefix: not null } own ? own : null);
                AddMembers(element, shape, structure, null);
                break;
            case JsonArray items when member.Kind == ShapeKind.List:
                AddList(parent, member, name, items);
                break;
            case JsonObject map when member.Kind == ShapeKind.Map:
                AddMap(parent, member, name, map);
                break;
            default:
                AddElement(parent, name, member).Value = Scalars.Write(value, member, ShapeKind.TimestampIso);
                break;
        }
    }

    private void AddList(XElement parent, Member member, string name, JsonArray items)
    {
        var element = model.ShapeOf(member).Element!;
        var under = member.IsFlat ? parent : AddElement(parent, name, member);
        var itemName = member.IsFlat ? name : element.XmlName ?? "member";
        var itemUse = member.IsFlat ? element with { XmlNamespace = member.XmlNamespace } : element;
        foreach (var item in items.OfType<JsonNode>())
        {
            Add(under, itemUse, itemName, item);
        }
    }

    private void AddMap(XElement parent, Member member, string name, JsonObject map)
    {
        var shape = model.ShapeOf(member);
        var under = member.IsFlat ? parent : AddElement(parent, name, member);
        foreach (var (key, value) in map.Where(pair => pair.Value is not null))
        {
            var entry = AddElement(under, member.IsFlat ? name : "entry", member.IsFlat ? member : null);
            AddElement(entry, shape.Key!.XmlName ?? "key", shape.Key).Value = key;
            Add(entry, shape.Element!, shape.Element!.XmlName ?? "value", value!);
        }
    }

    // A child without a namespace of its own is in its parent's, not in the default one: XLinq would write xmlns="".
    private static XElement AddElement(XElement parent, string name, Member? member)
    {
        var space = parent.Name.Namespace;
        var colon = name.IndexOf(':', StringComparison.Ordinal);
        if (colon > 0)
        {
            space = parent.GetNamespaceOfPrefix(name[..colon]) ?? member?.XmlNamespace?.Uri ?? space;
        }
        else if (member?.XmlNamespace is { Prefix: null } own)
        {
            space = own.Uri;
        }

        var element = new XElement(space + name[(colon + 1)..]);
        parent.Add(element);
        Declare(element, colon > 0 ? null : member?.XmlNamespace);
        return element;
    }

    private static void Declare(XElement element, XmlNamespaceTrait? space)
    {
        if (space?.Prefix is { } prefix)
        {
            element.Add(new XAttribute(XNamespace.Xmlns + prefix, space.Uri));
        }
    }

    private static XName AttributeName(XElement element, string name)
    {
        var colon = name.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 ? (element.GetNamespaceOfPrefix(name[..colon]) ?? SchemaInstance) + name[(colon + 1)..] : name;
    }
}

// Prints, as a line of JSON, what KPkPass of KDE reads in each of the pass files that it is given; null for one that it refuses.
#include <KPkPass/Barcode>
#include <KPkPass/Field>
#include <KPkPass/Pass>

#include <QColor>
#include <QDateTime>
#include <QFile>
#include <QImage>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QMetaEnum>
#include <QUrl>
#include <QVariant>

#include <cstdio>

template<typename Enum> QString toName(Enum value)
{
    return QString::fromLatin1(QMetaEnum::fromType<Enum>().valueToKey(value));
}

QJsonArray readFields(const QVector<KPkPass::Field> &fields)
{
    QJsonArray read;
    for (const auto &field : fields) {
        read.append(QJsonObject{
            {"key", field.key()},
            {"label", field.label()},
            {"value", field.valueDisplayString()},
            {"changeMessage", field.changeMessage()},
        });
    }
    return read;
}

QJsonValue readPass(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) return {};
    const std::unique_ptr<KPkPass::Pass> pass(KPkPass::Pass::fromData(file.readAll()));
    if (!pass) return {};
    QJsonArray barcodes;
    for (const auto &barcode : pass->barcodes()) {
        barcodes.append(QJsonObject{
            {"format", toName(barcode.format())},
            {"message", barcode.message()},
            {"alternativeText", barcode.alternativeText()},
        });
    }
    return QJsonObject{
        {"type", toName(pass->type())},
        {"description", pass->description()},
        {"organizationName", pass->organizationName()},
        {"passTypeIdentifier", pass->passTypeIdentifier()},
        {"serialNumber", pass->serialNumber()},
        {"backgroundColor", pass->backgroundColor().name()},
        {"expirationDate", pass->expirationDate().toUTC().toString(Qt::ISODate)},
        {"headerFields", readFields(pass->headerFields())},
        {"primaryFields", readFields(pass->primaryFields())},
        {"secondaryFields", readFields(pass->secondaryFields())},
        {"auxiliaryFields", readFields(pass->auxiliaryFields())},
        {"backFields", readFields(pass->backFields())},
        {"barcodes", barcodes},
        {"iconWidth", pass->icon(3).width()},
        {"authenticationToken", pass->authenticationToken()},
        {"updateUrl", pass->passUpdateUrl().toString()},
    };
}

int main(int count, char **arguments)
{
    for (int index = 1; index < count; index += 1) {
        const QJsonArray line{readPass(QString::fromLocal8Bit(arguments[index]))};
        std::puts(QJsonDocument(line).toJson(QJsonDocument::Compact).constData());
    }
}
